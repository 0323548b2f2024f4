package export

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"sweep/experiment"
)

// What TensorBoard's HParams plugin looks for: three tags, and in the metadata
// of each a message HParamsPluginData with one of three fields
// (tensorboard/plugins/hparams/metadata.py, plugin_data.proto, api.proto).
const (
	experimentTag = "_hparams_/experiment"
	startTag      = "_hparams_/session_start_info"
	endTag        = "_hparams_/session_end_info"

	experimentField = 2
	startField      = 3
	endField        = 4
)

const checkpointPrefix = "checkpoint/"

// hparamsValue is a summary value that carries one of the plugin's messages.
// What counts is the metadata; the tensor is an empty one, there because
// readers demand a value.
func hparamsValue(tag string, field protowire.Number, content message) message {
	var data, plugin, metadata, shape, size, tensor, value message
	data.integer(1, 0) // version
	data.bytes(field, content)
	plugin.text(1, "hparams")
	plugin.bytes(2, data)
	metadata.bytes(1, plugin)
	metadata.integer(4, 2) // DATA_CLASS_TENSOR
	size.integer(1, 0)
	shape.bytes(2, size)
	tensor.integer(1, 1) // DT_FLOAT
	tensor.bytes(2, shape)
	value.text(valueTag, tag)
	value.bytes(valueMetadata, metadata)
	value.bytes(valueTensor, tensor)
	return value
}

// describeExperiment is an Experiment: which settings there are, those that
// vary first, and which metrics.
func describeExperiment(sweep experiment.SweepRecord, s settings) message {
	var m message
	m.text(1, "Objective: "+sweep.Objective.String()+". Figures under "+checkpointPrefix+" are of the model kept.")
	m.double(3, seconds(sweep.CreatedAt))
	m.text(6, sweep.ID)
	type info struct {
		content  message
		distinct int
	}
	var infos []info
	for i, name := range s.names {
		domain := s.distinct(i)
		infos = append(infos, info{describeSetting(name, s.columns[i].Kind, domain), len(domain)})
	}
	slices.SortStableFunc(infos, func(a, b info) int { return cmp.Compare(min(b.distinct, 2), min(a.distinct, 2)) })
	for _, info := range infos {
		m.bytes(4, info.content)
	}
	for _, metric := range []string{experiment.ValAccuracy, experiment.ValBalancedAccuracy, experiment.ValLoss, "test_accuracy", "test_balanced_accuracy"} {
		m.bytes(5, describeMetric(metric))
	}
	return m
}

const longestChoice = 20 // numbers that are offered one by one

// describeSetting is an HParamInfo with the values that occur, by which the
// page filters: each, or of many numbers the interval they span.
func describeSetting(name string, kind Kind, domain []any) message {
	const dataTypeString, dataTypeBool, dataTypeFloat64 = 1, 2, 3
	var m message
	m.text(1, name)
	switch kind {
	case Boolean:
		m.integer(4, dataTypeBool)
	case Integer, Real:
		m.integer(4, dataTypeFloat64)
		if len(domain) > longestChoice {
			m.bytes(6, describeInterval(domain))
			return m
		}
	default:
		m.integer(4, dataTypeString)
	}
	var list message
	for _, value := range domain {
		list.bytes(1, protobufValue(value))
	}
	m.bytes(5, list)
	return m
}

// describeInterval is an Interval around numbers in order.
func describeInterval(domain []any) message {
	var m message
	m.double(1, asReal(domain[0]))
	m.double(2, asReal(domain[len(domain)-1]))
	return m
}

// describeMetric is a MetricInfo. Its dataset type knows training and
// validation only, so that of the test figures stays unknown.
func describeMetric(metric string) message {
	const datasetValidation = 2
	var name, m message
	name.text(2, checkpointPrefix+metric)
	m.bytes(1, name)
	m.text(3, metric)
	if strings.HasPrefix(metric, "val_") {
		m.integer(5, datasetValidation)
	}
	return m
}

// describeStart is a SessionStartInfo: the settings of one run.
func describeStart(r experiment.Record, s settings, begin float64) message {
	var m message
	for i, value := range s.values[r.Hash] {
		if value == nil {
			continue
		}
		var entry message
		entry.text(1, s.names[i])
		entry.bytes(2, protobufValue(value))
		m.bytes(1, entry)
	}
	m.text(4, r.Hash)
	m.double(5, begin)
	return m
}

// describeEnd is a SessionEndInfo.
func describeEnd(r experiment.Record, end float64) message {
	const success, failure = 1, 2
	status := int64(success)
	if r.State == experiment.Failed || r.State == experiment.Diverged {
		status = failure
	}
	var m message
	m.integer(1, status)
	m.double(2, end)
	return m
}

// protobufValue is a google.protobuf.Value.
func protobufValue(value any) message {
	var m message
	switch v := value.(type) {
	case int64, float64:
		m.double(2, asReal(v))
	case string:
		m.text(3, v)
	case bool:
		m.integer(4, int64(protowire.EncodeBool(v)))
	}
	return m
}

// distinct is the values a setting takes, in order. That some configurations
// lack it is none of them.
func (s settings) distinct(setting int) []any {
	seen := map[any]bool{}
	for _, values := range s.values {
		if v := values[setting]; v != nil {
			seen[v] = true
		}
	}
	compare := func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
	if kind := s.columns[setting].Kind; kind == Integer || kind == Real {
		compare = func(a, b any) int { return cmp.Compare(asReal(a), asReal(b)) }
	}
	return slices.SortedFunc(maps.Keys(seen), compare)
}

func asReal(value any) float64 {
	if n, ok := value.(int64); ok {
		return float64(n)
	}
	return value.(float64)
}
