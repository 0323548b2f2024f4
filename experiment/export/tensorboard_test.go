package export

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	_ "google.golang.org/protobuf/types/known/structpb" // registers struct.proto

	"sweep/experiment"
)

// schema is TensorBoard's messages, read from a description of their own and
// not through anything that writes them.
func schema(t *testing.T) protoreflect.FileDescriptor {
	t.Helper()
	text, err := os.ReadFile("testdata/tensorboard.textproto")
	if err != nil {
		t.Fatal(err)
	}
	var described descriptorpb.FileDescriptorProto
	if err := prototext.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	file, err := protodesc.NewFile(&described, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// decode reads a message and requires that its schema knows all of it.
func decode(t *testing.T, schema protoreflect.FileDescriptor, name protoreflect.Name, data []byte) protoreflect.Message {
	t.Helper()
	m := dynamicpb.NewMessage(schema.Messages().ByName(name))
	if err := proto.Unmarshal(data, m); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	requireKnown(t, m)
	return m
}

func requireKnown(t *testing.T, m protoreflect.Message) {
	t.Helper()
	if unknown := m.GetUnknown(); len(unknown) > 0 {
		t.Errorf("%s holds fields that TensorBoard does not know: %x", m.Descriptor().Name(), unknown)
	}
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap() || field.Message() == nil:
		case field.IsList():
			for i := range value.List().Len() {
				requireKnown(t, value.List().Get(i).Message())
			}
		default:
			requireKnown(t, value.Message())
		}
		return true
	})
}

// get follows field names into a message.
func get(m protoreflect.Message, names ...protoreflect.Name) protoreflect.Value {
	value := protoreflect.ValueOfMessage(m)
	for _, name := range names {
		m := value.Message()
		value = m.Get(m.Descriptor().Fields().ByName(name))
	}
	return value
}

// readEvents reads an event file as TensorBoard's record reader does, both
// checksums of each record verified bit by bit.
func readEvents(t *testing.T, schema protoreflect.FileDescriptor, file []byte) []protoreflect.Message {
	t.Helper()
	verify := func(data []byte, masked uint32) {
		turned := masked - 0xa282ead8
		if sum := turned<<15 | turned>>17; sum != checksumByBits(data) {
			t.Fatalf("checksum %08x of %d bytes is wrong", sum, len(data))
		}
	}
	var events []protoreflect.Message
	for len(file) > 0 {
		length := binary.LittleEndian.Uint64(file)
		verify(file[:8], binary.LittleEndian.Uint32(file[8:]))
		data := file[12 : 12+length]
		verify(data, binary.LittleEndian.Uint32(file[12+length:]))
		events = append(events, decode(t, schema, "Event", data))
		file = file[16+length:]
	}
	if version := get(events[0], "file_version").String(); version != "brain.Event:2" {
		t.Errorf("version %q", version)
	}
	return events[1:]
}

// checksumByBits is CRC-32C from its polynomial, one bit at a time.
func checksumByBits(data []byte) uint32 {
	sum := ^uint32(0)
	for _, b := range data {
		sum ^= uint32(b)
		for range 8 {
			sum = sum>>1 ^ 0x82f63b78&-(sum&1)
		}
	}
	return ^sum
}

// eachValue passes every summary value of a file with its event.
func eachValue(events []protoreflect.Message, do func(event, value protoreflect.Message, tag string)) {
	for _, event := range events {
		values := get(event, "summary", "value").List()
		for i := range values.Len() {
			value := values.Get(i).Message()
			do(event, value, get(value, "tag").String())
		}
	}
}

func logDirectory(t *testing.T) map[string][]byte {
	t.Helper()
	sweep, records, curves := aSweep()
	return maps.Collect(TensorBoard(sweep, records, curves))
}

func TestLogDirectoryHasAFolderForEachRun(t *testing.T) {
	t.Parallel()
	got := slices.Sorted(maps.Keys(logDirectory(t)))
	want := []string{
		"00001_hidden_size=64_cell=elman_seed=1/" + eventFile,
		"00002_hidden_size=64_cell=elman_seed=2/" + eventFile,
		"00003_hidden_size=128_cell=g_.._ru_seed=1/" + eventFile, // a value cannot lead out of the directory
		eventFile,
	}
	if !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
}

func TestScalarsAreTheCurve(t *testing.T) {
	t.Parallel()
	schema := schema(t)
	file := logDirectory(t)["00001_hidden_size=64_cell=elman_seed=1/"+eventFile]
	var got []string
	eachValue(readEvents(t, schema, file), func(event, value protoreflect.Message, tag string) {
		if !strings.HasPrefix(tag, "_hparams_") {
			seconds := get(event, "wall_time").Float() - float64(begun0.Unix())
			got = append(got, fmt.Sprintf("%s at %d after %gs = %g", tag, get(event, "step").Int(), seconds, get(value, "simple_value").Float()))
		}
	})
	want := []string{
		"train_loss at 100 after 10s = 2.5",
		"train_loss at 200 after 20s = 1.25",
		"val_loss at 200 after 20s = 1.5",
		"val_accuracy at 200 after 20s = 0.75",
		"val_balanced_accuracy at 200 after 20s = 0.699999988079071",
		"checkpoint/train_loss at 200 after 20s = 1.25",
		"checkpoint/val_loss at 200 after 20s = 1.5",
		"checkpoint/val_accuracy at 200 after 20s = 0.75",
		"checkpoint/val_balanced_accuracy at 200 after 20s = 0.699999988079071",
		"checkpoint/test_accuracy at 200 after 20s = 0.7109375",
		"checkpoint/test_balanced_accuracy at 200 after 20s = 0.6499999761581421",
	}
	if !slices.Equal(got, want) {
		t.Errorf("scalars\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestHyperparameters(t *testing.T) {
	t.Parallel()
	schema := schema(t)
	var all strings.Builder
	directory := logDirectory(t)
	for _, name := range slices.Sorted(maps.Keys(directory)) {
		fmt.Fprintln(&all, path.Dir(name))
		eachValue(readEvents(t, schema, directory[name]), func(_, value protoreflect.Message, tag string) {
			if !strings.HasPrefix(tag, "_hparams_") {
				return
			}
			if plugin := get(value, "metadata", "plugin_data", "plugin_name").String(); plugin != "hparams" {
				t.Errorf("%s is for plugin %q", tag, plugin)
			}
			if dtype := get(value, "tensor", "dtype").Int(); dtype != 1 {
				t.Errorf("%s has a tensor of type %d", tag, dtype)
			}
			content := decode(t, schema, "HParamsPluginData", get(value, "metadata", "plugin_data", "content").Bytes())
			fmt.Fprintf(&all, "  %s\n", tag)
			printMessage(&all, content, "    ")
		})
	}
	golden(t, "hparams.txt", []byte(all.String()))
}

// printMessage writes a message in a stable form, which prototext avoids.
func printMessage(w *strings.Builder, m protoreflect.Message, indent string) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if !m.Has(field) {
			continue
		}
		value := m.Get(field)
		switch {
		case field.IsMap():
			printMap(w, value.Map(), indent)
		case field.IsList():
			for j := range value.List().Len() {
				fmt.Fprintf(w, "%s%s\n", indent, field.Name())
				printMessage(w, value.List().Get(j).Message(), indent+"  ")
			}
		case field.Message() != nil:
			fmt.Fprintf(w, "%s%s\n", indent, field.Name())
			printMessage(w, value.Message(), indent+"  ")
		default:
			fmt.Fprintf(w, "%s%s: %v\n", indent, field.Name(), value)
		}
	}
}

func printMap(w *strings.Builder, m protoreflect.Map, indent string) {
	entries := map[string]protoreflect.Message{}
	m.Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
		entries[key.String()] = value.Message()
		return true
	})
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		fmt.Fprintf(w, "%s%q\n", indent, key)
		printMessage(w, entries[key], indent+"  ")
	}
}

func TestManyNumbersAreAnInterval(t *testing.T) {
	t.Parallel()
	schema := schema(t)
	sweep, records, _ := aSweep()
	for i := range longestChoice + 1 {
		r := records[0]
		r.Hash = fmt.Sprint(i)
		r.Settings = experiment.Settings(fmt.Sprintf(`{"learning_rate":%g}`, 0.001*float64(i+1)))
		records = append(records, r)
	}
	content := describeExperiment(sweep, newSettings(records, map[string]bool{}))
	infos := get(decode(t, schema, "Experiment", content), "hparam_infos").List()
	for i := range infos.Len() {
		info := infos.Get(i).Message()
		if get(info, "name").String() != "learning_rate" {
			continue
		}
		low, high := get(info, "domain_interval", "min_value").Float(), get(info, "domain_interval", "max_value").Float()
		if low != 0.001 || math.Abs(high-0.021) > 1e-9 {
			t.Errorf("learning_rate spans %g to %g, want 0.001 to 0.021", low, high)
		}
	}
}

// The check value of CRC-32C is that of "123456789" (RFC 3720, appendix B.4,
// has more); the mask is TensorFlow's.
func TestMaskedChecksum(t *testing.T) {
	t.Parallel()
	if sum := crc32.Checksum([]byte("123456789"), castagnoli); sum != 0xe3069283 {
		t.Errorf("CRC-32C %08x, want e3069283", sum)
	}
	if sum := checksumByBits([]byte("123456789")); sum != 0xe3069283 {
		t.Errorf("CRC-32C by bits %08x, want e3069283", sum)
	}
}
