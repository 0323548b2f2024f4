package report

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"image/color"
	"regexp"
	"strings"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const pageScale = 1.15 // pixels a point at full width, where texts are 14 pixels high

// inline draws the figure as a part of the page: without title, in the page's
// font, and with its ink in the page's colours, which differ in the dark.
//
// The page's content security policy forbids style attributes, which is how
// vgsvg writes them, so they become presentation attributes.
func (f figure) inline() (template.HTML, error) {
	canvas := vgsvg.New(f.width, f.height)
	f.render(draw.New(canvas), false)
	var file bytes.Buffer
	if _, err := canvas.WriteTo(&file); err != nil {
		return "", fmt.Errorf("draw %s: %w", f.name, err)
	}
	_, body, found := strings.Cut(file.String(), `xlink">`)
	if !found {
		return "", fmt.Errorf("draw %s: not the SVG that was expected", f.name)
	}
	body = styleAttribute.ReplaceAllStringFunc(body, presentation)
	opening := fmt.Sprintf(`<svg class="plot" width="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`,
		pageScale*f.width.Points(), f.width.Points(), f.height.Points(), html.EscapeString(f.alt))
	return template.HTML(opening + body), nil // drawn here; texts are escaped by vgsvg
}

var styleAttribute = regexp.MustCompile(`\s*style="[^"]*"`)

// presentation turns one style attribute into presentation attributes. What
// the page sets for all text is left out.
func presentation(attribute string) string {
	declarations := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(attribute), `style="`), `"`)
	var attributes strings.Builder
	for declaration := range strings.SplitSeq(declarations, ";") {
		property, value, _ := strings.Cut(declaration, ":")
		switch property {
		case "font-family", "font-variant", "font-weight", "font-style":
			continue
		case "fill", "stroke":
			if variable, ok := themed[value]; ok {
				value = variable
			}
		}
		fmt.Fprintf(&attributes, ` %s="%s"`, property, value)
	}
	return attributes.String()
}

// themed maps colours that the page changes in the dark to its variables.
var themed = themedColors()

func themedColors() map[string]string {
	variables := map[string]string{
		hexColor(paper): "var(--paper)", hexColor(ink): "var(--ink)", hexColor(muted): "var(--muted)",
		hexColor(rule): "var(--rule)", hexColor(others): "var(--others)",
	}
	for i, c := range ramp {
		variables[hexColor(c)] = fmt.Sprintf("var(--ramp%d)", i)
	}
	return variables
}

func hexColor(c color.RGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }
