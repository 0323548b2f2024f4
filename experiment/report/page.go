package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
)

//go:embed assets
var assets embed.FS

func asset(name string) string {
	content, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic("report: no embedded asset " + name)
	}
	return string(content)
}

var (
	pageStyle  = asset("uPlot.min.css") + "\n" + asset("page.css")
	themeCode  = asset("theme.js")
	pageCode   = asset("uPlot.iife.min.js") + "\n" + asset("page.js")
	pagePolicy = policy(pageStyle, themeCode, pageCode)
	pageLayout = template.Must(template.New("page.html").Funcs(template.FuncMap{
		"long": func(s string) bool { return len([]rune(s)) > longText },
		"clip": func(s string) string { return clip(s, longText) },
	}).Parse(asset("page.html")))
)

// longText is how many characters of a text stand in the open; the rest is
// folded away.
const longText = 80

// policy is a content security policy under which nothing is loaded and only
// this style and these scripts count, so that no text of a ledger can become
// one whatever the escaping.
func policy(style string, scripts ...string) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	var hashes []string
	for _, script := range scripts {
		hashes = append(hashes, hash(script))
	}
	return fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; base-uri 'none'; form-action 'none'",
		strings.Join(hashes, " "), hash(style))
}

// page is what the template shows.
type page struct {
	Title       string
	Policy      string
	Style       template.CSS
	Theme, Code template.JS
	Summary     []string // what the sweep is, a phrase each
	Verdict     []string // the first sentence stands out
	Facts       []fact
	Leaderboard leaderboard
	Curves      []picture // one a metric; where scripts run, the chart stands for them
	Loss        []picture
	Chart       template.JS // JSON; "" when there is no curve
	Settings    []picture
	Model       []picture
	Confusion   *confusionTable
	Cost        []picture
	Runs        runTable
	Failures    []failure
	Provenance  []fact
	Constants   []fact // settings that all runs share
	Commands    []command
}

// fact is a name with its value and, if it needs one, a remark.
type fact struct{ Name, Value, Note string }

// command is something to type and what it does.
type command struct{ Text, Does string }

// picture is a figure on the page with its numbers.
type picture struct {
	ID, Title, Caption, Missing string
	Drawing                     template.HTML
	Numbers                     table
}

// renderPage writes the page; it is complete without the plots beside it.
func renderPage(f *findings, bands [][]band, g gallery) ([]byte, error) {
	p := page{
		Title:       f.Sweep.Name,
		Policy:      pagePolicy,
		Style:       template.CSS(pageStyle),
		Theme:       template.JS(themeCode),
		Code:        template.JS(pageCode),
		Summary:     f.summary(),
		Verdict:     strings.SplitAfter(f.verdict, ". "),
		Facts:       f.facts(),
		Leaderboard: f.leaderboard(),
		Confusion:   f.confusionTable(),
		Runs:        f.runTable(),
		Failures:    f.failures(),
		Provenance:  f.provenance(),
		Constants:   f.constants(),
		Commands:    f.commands(),
	}
	var err error
	if p.Chart, err = chartData(f, bands); err != nil {
		return nil, err
	}
	for _, section := range []struct {
		to      *[]picture
		figures []figure
	}{{&p.Curves, g.curves}, {&p.Loss, g.loss}, {&p.Settings, g.settings}, {&p.Model, g.model}, {&p.Cost, g.cost}} {
		if *section.to, err = pictures(section.figures); err != nil {
			return nil, err
		}
	}
	var file bytes.Buffer
	if err := pageLayout.Execute(&file, p); err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	return file.Bytes(), nil
}

func pictures(figures []figure) ([]picture, error) {
	var list []picture
	for _, f := range figures {
		p := picture{ID: f.name, Title: f.title, Caption: f.caption, Missing: f.missing, Numbers: f.numbers}
		if f.missing == "" {
			drawing, err := f.inline()
			if err != nil {
				return nil, err
			}
			p.Drawing = drawing
		}
		list = append(list, p)
	}
	return list, nil
}
