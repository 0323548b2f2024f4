// Package report draws what a sweep found: a page that answers which
// configuration to use, whether it is really better, what mattered, where the
// model goes wrong and what it cost, and every plot as PNG and SVG.
//
// [Write] takes what a ledger holds and fills a folder:
//
//	report/index.html    one file, no network, opens from disk
//	report/plots/*.png   each plot for slides and documents
//	report/plots/*.svg   the same, scalable
//
// The numbers come from [sweep/experiment/stats]; this package only shows
// them. The same input gives the same bytes: nothing reads the clock, and no
// order comes from a map.
//
// A configuration keeps its colour in every plot. Colours are those of Okabe
// and Ito ("Color universal design", 2008), which readers with any kind of
// colour vision can tell apart, and viridis for scales. What has nothing to
// show, such as the importance of settings in a sweep with one configuration,
// says so in its place.
//
// The page embeds uPlot 1.6.32 (https://github.com/leeoniya/uPlot, MIT licence
// in assets/uPlot.LICENSE) for the curves.
package report
