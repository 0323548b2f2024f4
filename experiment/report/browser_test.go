package report

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser shows a page in a headless Chromium and collects what it complains
// about.
type browser struct {
	context.Context
	t          *testing.T
	mu         sync.Mutex
	complaints []string
}

// findBrowser skips the test when there is no Chromium; where CI is set that
// is an error.
func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("no chromium found; install it with `apt-get install chromium`")
	}
	t.Skip("no chromium found, so the page is not clicked through; `apt-get install chromium` brings one")
	return ""
}

// TestPageInABrowser starts one Chromium and shows it a page after the other.
func TestPageInABrowser(t *testing.T) {
	t.Parallel()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(findBrowser(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true))
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	allocator, cancelAllocator := chromedp.NewExecAllocator(ctx, options...)
	defer cancelAllocator()
	ctx, cancel := chromedp.NewContext(allocator)
	defer cancel()
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		input Input
		use   func(*browser)
	}{
		{"default", imitate(defaultShape()), useDefaultPage},
		{"hostile", poisoned(hostile[0] + hostile[1] + hostile[3]), useHostilePage},
		{"large", imitate(wideShape()), useLargePage},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := openTab(ctx, t, pageOf(t, test.input))
			test.use(b)
			b.noComplaints()
		})
	}
}

func openTab(ctx context.Context, t *testing.T, page string) *browser {
	t.Helper()
	file := filepath.Join(t.TempDir(), "index.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	tab, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{Context: tab, t: t}
	b.do()
	messages := chromedp.Console(tab)
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			b.complain(message.String())
		}
	}()
	b.prefer("prefers-reduced-motion", "reduce") // a click must not meet a page that still scrolls
	b.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate("file://"+file))
	return b
}

// prefer sets what the reader's system asks pages for.
func (b *browser) prefer(feature, value string) {
	b.t.Helper()
	features := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}}
	if _, err := chromedp.Call(b, emulation.SetEmulatedMedia, features); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) complain(message string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = append(b.complaints, message)
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// ask evaluates JavaScript.
func ask[T any](b *browser, script string) T {
	b.t.Helper()
	answer, err := chromedp.Run(b, chromedp.Evaluate[T](script))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return answer
}

// nextFrame returns when the page has been painted once more.
const nextFrame = `new Promise(done => requestAnimationFrame(() => done(true)))`

// expect waits for a script to give a text: pages react when they get to it.
func (b *browser) expect(what, script, want string) {
	b.t.Helper()
	var got string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if got = ask[string](b, "String("+script+")"); got == want {
			return
		}
		b.do(chromedp.Evaluate[chromedp.Void](nextFrame, chromedp.EvalAwaitPromise))
	}
	b.t.Errorf("%s: %s is %q, want %q", what, script, got, want)
}

// noComplaints fails if the console said anything. What is written to it
// before this marker has been received with it.
func (b *browser) noComplaints() {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`console.debug("the end")`))
	var said []string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		b.mu.Lock()
		said = append([]string(nil), b.complaints...)
		b.mu.Unlock()
		if n := len(said); n > 0 && strings.HasSuffix(said[n-1], "the end") {
			if n > 1 {
				b.t.Errorf("the browser complains: %s", strings.Join(said[:n-1], "; "))
			}
			return
		}
		b.do(chromedp.Evaluate[chromedp.Void](nextFrame, chromedp.EvalAwaitPromise))
	}
	b.t.Errorf("the console's end did not come; it says %v", said)
}

const firstColumn = `[...document.querySelectorAll("#leaders tbody tr")].filter(r => !r.hidden).map(r => r.cells[0].textContent.trim()).join(" ")`

func useDefaultPage(b *browser) {
	sorts(b)
	filters(b)
	readsCurves(b)
	zooms(b)
	switchesLines(b)
	showsMisreadNames(b)
	switchesTheme(b)
	fitsANarrowScreen(b)
}

func sorts(b *browser) {
	header := `//table[@id="leaders"]//th/button[.="hidden_size"]`
	b.expect("before sorting", firstColumn, "1 2 3 4 5 6 7 8 9")
	b.do(chromedp.Click(header))
	b.expect("ascending by width", `document.querySelector("#leaders tbody tr").cells[1].textContent`, "64")
	b.expect("said to screen readers", `document.querySelector("#leaders th[aria-sort]").getAttribute("aria-sort")`, "ascending")
	b.do(chromedp.Click(header))
	b.expect("descending by width", `document.querySelector("#leaders tbody tr").cells[1].textContent`, "256")
	b.do(chromedp.Focus(chromedp.CSS(`#leaders th:first-child button`)), chromedp.KeyEvent(kb.Enter))
	b.expect("by rank again, from the keyboard", firstColumn, "1 2 3 4 5 6 7 8 9")
}

func filters(b *browser) {
	for _, test := range []struct{ text, want string }{{"hidden_size=128", "3 of 9"}, {"hidden_size>64 learning_rate=0.01", "2 of 9"}, {"diverged", "1 of 9"}, {"nothing like it", "0 of 9"}} {
		clearFilter(b)
		b.do(chromedp.SendKeys(chromedp.CSS(`[data-filter="leaders"]`), test.text))
		b.expect("filter "+test.text, `document.querySelector('[data-count="leaders"]').textContent`, test.want)
	}
	clearFilter(b)
	b.expect("without a filter", firstColumn, "1 2 3 4 5 6 7 8 9")
	b.do(chromedp.SendKeys(chromedp.CSS(`[data-filter="all-runs"]`), "diverged"))
	b.expect("filtered runs", `document.querySelector('[data-count="all-runs"]').textContent`, "1 of 27")
}

func clearFilter(b *browser) {
	b.do(chromedp.Evaluate[chromedp.Void](`(() => { const i = document.querySelector('[data-filter="leaders"]'); i.value = ""; i.dispatchEvent(new Event("input")); })()`))
}

func readsCurves(b *browser) {
	b.do(chromedp.ScrollIntoView(chromedp.CSS("#plot")))
	values := `[...document.querySelectorAll("#lines .value")].map(v => v.textContent).filter(Boolean).length`
	x, y := position(b, "#plot .u-over")
	b.do(chromedp.MouseEvent("mouseMoved", x, y))
	b.expect("values under the mouse", values, "9")
	b.expect("where the mouse is", `/^after [\d,]+ iterations$/.test(document.querySelector("#at").textContent)`, "true")
	before := ask[string](b, `document.querySelector("#at").textContent`)
	b.do(chromedp.Focus(chromedp.CSS("#plot")), chromedp.KeyEvent(kb.ArrowRight))
	b.expect("one step to the right", `document.querySelector("#at").textContent !== "`+before+`"`, "true")
	b.do(chromedp.Click(`//fieldset[@id="metric"]//label[contains(., "Training loss")]`))
	b.expect("the other metric", `document.querySelectorAll("#plot .uplot").length`, "1")
}

func position(b *browser, selector string) (x, y float64) {
	at := ask[[]float64](b, `(() => { const r = document.querySelector("`+selector+`").getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
	return at[0], at[1]
}

func zooms(b *browser) {
	picture := `document.querySelector("#plot canvas").toDataURL()`
	b.expect("the whole chart", `(window.whole = `+picture+`).length > 0`, "true")
	x, y := position(b, "#plot .u-over")
	b.do(chromedp.DragAndDropXY(x-100, y, x+50, y))
	b.expect("a part of it", picture+` !== window.whole`, "true")
	b.do(chromedp.Click(chromedp.CSS("#zoomout")))
	b.expect("the whole again", picture+` === window.whole`, "true")
}

// inked grows with what the chart draws: it is the size of its compressed
// picture.
const inked = `document.querySelector("#plot canvas").toDataURL().length`

func switchesLines(b *browser) {
	b.do(chromedp.Click(chromedp.CSS("#none")))
	b.expect("no line is on", `document.querySelectorAll("#lines input:checked").length`, "0")
	b.expect("an empty chart has less ink", `(window.empty = `+inked+`) > 0`, "true")
	b.do(chromedp.Click(chromedp.CSS("#lines li:first-child input")))
	b.expect("a line has ink", inked+` > window.empty`, "true")
	b.do(chromedp.Click(chromedp.CSS("#all")))
	b.expect("all lines are on", `document.querySelectorAll("#lines input:checked").length`, "9")
}

func showsMisreadNames(b *browser) {
	b.do(chromedp.Click(chromedp.CSS(".confusion td a")))
	b.expect("the names stand beside the matrix", `document.querySelector("#behind .names").textContent.split(", ").length === Number(document.querySelector(".confusion td a .n").textContent)`, "true")
	b.do(chromedp.Click(`//fieldset[@id="unit"]//label[contains(., "Percent")]`))
	b.expect("cells in percent", `getComputedStyle(document.querySelector(".confusion a .p")).display + getComputedStyle(document.querySelector(".confusion a .n")).display`, "blocknone")
}

func switchesTheme(b *browser) {
	background := `getComputedStyle(document.body).backgroundColor`
	choose := func(theme string) {
		b.do(chromedp.Click(`//fieldset[@id="theme"]//label[contains(., "` + theme + `")]`))
	}
	b.expect("the system's theme", background, "rgb(255, 255, 255)")
	choose("Dark")
	b.expect("dark", background, "rgb(21, 24, 28)")
	b.expect("drawings follow", `getComputedStyle(document.querySelector("svg.plot text")).fill !== "rgb(28, 31, 37)"`, "true")
	choose("Light")
	b.expect("light", background, "rgb(255, 255, 255)")
	choose("Auto")
	b.prefer("prefers-color-scheme", "dark")
	b.expect("a dark system", background, "rgb(21, 24, 28)")
}

func fitsANarrowScreen(b *browser) {
	b.do(chromedp.EmulateViewport(390, 844))
	b.expect("no sideways scrolling", `document.documentElement.scrollWidth <= 390`, "true")
	b.expect("the chart shrinks", `document.querySelector("#plot .uplot").clientWidth <= 390`, "true")
}

// Texts that try to run do not, and the policy has nothing to report since
// they were escaped before.
func useHostilePage(b *browser) {
	b.expect("elements made of a text", `document.querySelectorAll("img, b > b, script:not([id])").length`, "2")
	b.do(chromedp.Click(chromedp.CSS(".confusion td a")))
	b.expect("names are shown as they are", `document.querySelector("#behind .names").textContent.includes("<script>alert(1)</script>")`, "true")
}

// wideShape is 400 configurations and 1,200 runs.
func wideShape() shape {
	s := largeShape()
	s.hidden, s.rates, s.points = s.hidden[:20], s.rates[:20], 5
	return s
}

// A large page keeps rows beyond the first for the filter and for who asks.
func useLargePage(b *browser) {
	shown := func(table string) string {
		return `[...document.querySelectorAll("#` + table + ` tbody tr")].filter(r => !r.hidden).length`
	}
	b.expect("configurations shown", shown("leaders"), "50")
	b.expect("runs shown", shown("all-runs"), "200")
	b.do(chromedp.SendKeys(chromedp.CSS(`[data-filter="all-runs"]`), "run=1200"))
	b.expect("a run beyond these is found", shown("all-runs"), "1")
	b.do(chromedp.Click(`//section[@id="leaderboard"]//button[starts-with(., "Show all")]`))
	b.expect("all configurations shown", shown("leaders"), "400")
}
