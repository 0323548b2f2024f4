package report

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"html"
	"regexp"
	"strings"
	"testing"

	"sweep/experiment"
)

func pageOf(t *testing.T, in Input) string {
	t.Helper()
	f := find(in)
	bands := f.bands()
	page, err := renderPage(f, bands, f.gallery(bands))
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func TestPageIsSmallAndAlone(t *testing.T) {
	t.Parallel()
	page := pageOf(t, imitate(defaultShape()))
	if len(page) > 2e6 {
		t.Errorf("the page of the default sweep has %d bytes, more than 2 MB", len(page))
	}
	for _, reference := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(reference[1], "#") && !strings.HasPrefix(reference[1], "plots/") {
			t.Errorf("the page needs %s", reference[1])
		}
	}
	if attribute := regexp.MustCompile(`<[^>]*\s(style|on[a-z]+)=`).FindString(page); attribute != "" {
		t.Errorf("the policy forbids the attribute in %.200s", attribute)
	}
}

// 10,050 runs with their settings, and one model's mistakes, fit in 5 MB.
func TestLargePageIsBounded(t *testing.T) {
	t.Parallel()
	page := pageOf(t, imitate(largeShape()))
	if len(page) > 5e6 {
		t.Errorf("the page of 10,050 runs has %d bytes, more than 5 MB", len(page))
	}
	if rows := strings.Count(page, "<tr>"); rows < 10_050+3_350 {
		t.Errorf("the page has %d rows, fewer than runs and configurations", rows)
	}
}

// The policy allows exactly the style and the scripts that the page carries.
func TestPagePolicyMatchesItsScripts(t *testing.T) {
	t.Parallel()
	page := pageOf(t, imitate(smallShape()))
	match := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	if match == nil {
		t.Fatal("the page has no policy")
	}
	allowed := html.UnescapeString(match[1])
	blocks := regexp.MustCompile(`(?s)<(script|style)>(.*?)</(?:script|style)>`).FindAllStringSubmatch(page, -1)
	if len(blocks) != 3 {
		t.Fatalf("%d inline scripts and styles, want 3", len(blocks))
	}
	for _, block := range blocks {
		sum := sha256.Sum256([]byte(block[2]))
		if hash := base64.StdEncoding.EncodeToString(sum[:]); !strings.Contains(allowed, hash) {
			t.Errorf("the policy does not allow the %s that begins %.40q", block[1], block[2])
		}
	}
	if !strings.HasPrefix(allowed, "default-src 'none';") || strings.Contains(allowed, "unsafe") {
		t.Errorf("policy %q allows too much", allowed)
	}
}

// hostile texts a ledger may hold, each with a mark to find it by.
var hostile = []string{
	`mark<script>alert(1)</script>`,
	`mark"><img src=x onerror=alert(1)>`,
	"mark' onmouseover='alert(1)\n\r\t\x00\x1b[31m\u2028",
	`mark</script><script>alert(1)//`,
	`mark{{.Title}}${x}</style><!--`,
	"mark" + strings.Repeat("<b>长", 3000),
}

func TestPageShowsHostileTextsWithoutRunningThem(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		in := poisoned(text)
		page := pageOf(t, in)
		if n := strings.Count(page, "<script"); n != 3 {
			t.Errorf("%.30q: %d scripts, want 3", text, n)
		}
		for _, tag := range []string{"<img", "<b>长", "<!--"} {
			if strings.Contains(page, tag) {
				t.Errorf("%.30q: the page holds %s", text, tag)
			}
		}
		bare := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(page, "")
		if attribute := regexp.MustCompile(`<[a-z][^>]*\son[a-z]+=`).FindString(bare); attribute != "" {
			t.Errorf("%.30q: an event handler in %.200s", text, attribute)
		}
		if strings.Contains(page, "\x00") {
			t.Errorf("%.30q: the page holds a NUL", text)
		}
		if strings.Count(page, "mark") < 6 {
			t.Errorf("%.30q: the page does not show it wherever it stands", text)
		}
		for _, figure := range find(in).gallery(find(in).bands()).drawn() {
			svg, err := figure.svg()
			if err != nil {
				t.Fatal(err)
			}
			checkXML(t, figure.name, svg)
		}
	}
}

// poisoned puts a text wherever a ledger has room for one.
func poisoned(text string) Input {
	s := smallShape()
	s.seeds, s.names, s.points = 2, 12, 4
	s.classes = []string{text, "plain"}
	in := imitate(s)
	in.Sweep.Command, in.Sweep.Host, in.Sweep.Dataset.Source, in.DatabaseName = text, text, text, text
	for i := range in.Sweep.Dataset.Test {
		in.Sweep.Dataset.Test[i].Name = text
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	for i := range in.Records {
		r := &in.Records[i]
		r.Note, r.Tags, r.Host = text, []string{text}, text
		if i < 2 {
			r.Settings = experiment.Settings(strings.Replace(string(r.Settings), `"elman"`, string(quoted), 1))
		}
		if i == 7 {
			r.State, r.Error, r.Stack = experiment.Failed, text, text
		}
	}
	return in
}

// Every picture has its words: an alternative text, and a table of numbers.
func TestPicturesAreReadable(t *testing.T) {
	t.Parallel()
	page := pageOf(t, imitate(smallShape()))
	figures := regexp.MustCompile(`(?s)<figure id="([^"]*)".*?</figure>`).FindAllStringSubmatch(page, -1)
	if len(figures) < 12 {
		t.Fatalf("%d figures, want a dozen at least", len(figures))
	}
	for _, figure := range figures {
		for _, want := range []string{`role="img" aria-label="`, `<table>`, `<h3>`, `<figcaption>`, `<th scope="col">`} {
			if !strings.Contains(figure[0], want) {
				t.Errorf("figure %s has no %s", figure[1], want)
			}
		}
		if strings.Contains(figure[0], `aria-label=""`) {
			t.Errorf("figure %s has an empty alternative text", figure[1])
		}
	}
}

// Drawings take the ink of the theme and keep the colour of data.
func TestDrawingsFollowTheTheme(t *testing.T) {
	t.Parallel()
	page := pageOf(t, imitate(smallShape()))
	for _, want := range []string{`fill="var(--ink)"`, `stroke="var(--muted)"`, `stroke="var(--ramp8)"`, `stroke="#0072B2"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no drawing has %s", want)
		}
	}
	for _, match := range regexp.MustCompile(`var\((--[a-z0-9]+)\)`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(pageStyle, match[1]+":") {
			t.Errorf("the style does not define %s", match[1])
		}
	}
}

func TestChartData(t *testing.T) {
	t.Parallel()
	f := find(imitate(defaultShape()))
	encoded, err := chartData(f, f.bands())
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Lines   []chartLine
		Metrics []struct {
			Label string
			Steps []int
			Bands []struct{ Mean, Low, High []*float64 }
		}
	}
	if err := json.Unmarshal([]byte(encoded), &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Lines) != 9 || len(c.Metrics) != 4 {
		t.Fatalf("%d lines and %d metrics, want 9 and 4", len(c.Lines), len(c.Metrics))
	}
	for _, m := range c.Metrics {
		for i, b := range m.Bands {
			if len(b.Mean) != len(m.Steps) || len(b.Low) != len(m.Steps) || len(b.High) != len(m.Steps) {
				t.Errorf("%s of %s has %d values at %d steps", m.Label, c.Lines[i].Label, len(b.Mean), len(m.Steps))
			}
			for j := range b.Mean {
				if b.Mean[j] != nil && (*b.Low[j] > *b.Mean[j]*(1+1e-4) || *b.High[j] < *b.Mean[j]*(1-1e-4)) {
					t.Errorf("%s of %s: the band does not hold the mean at %d", m.Label, c.Lines[i].Label, m.Steps[j])
				}
			}
		}
	}
}

// A line that reports at other steps than the rest has null between its own.
func TestSpreadLeavesGaps(t *testing.T) {
	t.Parallel()
	encoded, err := json.Marshal(spread([]int{10, 30}, []float64{0.5, 0.25}, []int{10, 20, 30, 40}, 100))
	if err != nil {
		t.Fatal(err)
	}
	if string(encoded) != "[50,null,25,null]" {
		t.Errorf("spread %s, want [50,null,25,null]", encoded)
	}
}

func TestPresentationAttributes(t *testing.T) {
	t.Parallel()
	got := styleAttribute.ReplaceAllStringFunc(`<text x="1"`+"\n\t"+`style="font-family:Liberation Sans;font-size:11px;fill:#1C1F25">a</text>`, presentation)
	want := `<text x="1" font-size="11px" fill="var(--ink)">a</text>`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var element struct{}
	if err := xml.Unmarshal([]byte(got), &element); err != nil {
		t.Error(err)
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for argument, want := range map[string]string{
		"results.db": "results.db", "/a/b-c_d.db": "/a/b-c_d.db", "": "''", "my file": "'my file'", "it's": `'it'\''s'`, "$(rm)": "'$(rm)'",
	} {
		if got := quote(argument); got != want {
			t.Errorf("quote(%q) = %s, want %s", argument, got, want)
		}
	}
}

func TestCommandsNameTheDatabaseAndTheData(t *testing.T) {
	t.Parallel()
	in := imitate(smallShape())
	in.DatabaseName, in.Sweep.Dataset.Source, in.Sweep.Command = "my runs.db", "/data/names", ""
	var all []string
	for _, c := range find(in).commands() {
		all = append(all, c.Text)
	}
	text := strings.Join(all, "\n")
	for _, want := range []string{"sweep run default --db 'my runs.db' --data /data/names", "sweep reproduce ", "sweep predict --run "} {
		if !strings.Contains(text, want) {
			t.Errorf("commands do not hold %q:\n%s", want, text)
		}
	}
}
