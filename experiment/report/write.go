package report

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"

	"github.com/google/renameio/v2"
	"golang.org/x/sync/errgroup"
)

const (
	pageName   = "index.html"
	plotFolder = "plots"
)

// Write fills folder, which it creates if it must, with the report of a sweep:
// index.html and, in plots, each plot as PNG and SVG. It returns the files
// written, the page first. Every file is whole at any moment, the one of
// before or the new one, since it is written aside and renamed. Plots of an
// earlier report that this one has nothing to draw for are removed.
//
// The error is ctx's when interrupted, else one that names the file.
func Write(ctx context.Context, folder string, in Input) ([]string, error) {
	f := find(in)
	bands := f.bands()
	g := f.gallery(bands)
	plots := filepath.Join(folder, plotFolder)
	if err := os.MkdirAll(plots, 0o755); err != nil {
		return nil, fmt.Errorf("report folder: %w; name another with --out", err)
	}
	page, err := renderPage(f, bands, g)
	if err != nil {
		return nil, err
	}
	files := []string{filepath.Join(folder, pageName)}
	if err := replace(files[0], page); err != nil {
		return nil, err
	}
	drawn, err := writePlots(ctx, plots, g.drawn())
	if err != nil {
		return nil, err
	}
	return append(files, drawn...), removeStale(plots, drawn)
}

// bands aggregates the curves of every line.
func (f *findings) bands() [][]band {
	bands := make([][]band, len(f.lines))
	for i, l := range f.lines {
		bands[i] = bandsOf(l, f.Curves)
	}
	return bands
}

func writePlots(ctx context.Context, folder string, figures []figure) ([]string, error) {
	var files []string
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, fig := range figures {
		base := filepath.Join(folder, fig.name)
		files = append(files, base+".png", base+".svg")
		group.Go(func() error {
			return writePlot(ctx, base+".png", func() ([]byte, error) { return fig.png(filePixels) })
		})
		group.Go(func() error { return writePlot(ctx, base+".svg", fig.svg) })
	}
	return files, group.Wait()
}

func writePlot(ctx context.Context, path string, encode func() ([]byte, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	content, err := encode()
	if err != nil {
		return err
	}
	return replace(path, content)
}

func replace(path string, content []byte) error {
	if err := renameio.WriteFile(path, content, 0o644); err != nil {
		return fmt.Errorf("write report: %w; name another folder with --out", err)
	}
	return nil
}

// ourPlots matches the names that this package gives to plots, and nothing
// that a user is likely to put beside them.
var ourPlots = regexp.MustCompile(`^(curve|heatmap|slice|confusion|training-loss|importance|parallel-coordinates|` +
	`recall|reliability|pareto|distribution|timeline)(-[A-Za-z0-9_-]+)?\.(png|svg)$`)

// removeStale removes plots of an earlier report that would contradict this
// one.
func removeStale(folder string, written []string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("report folder: %w", err)
	}
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		if ourPlots.MatchString(entry.Name()) && !slices.Contains(written, path) {
			if err := os.Remove(path); err != nil {
				return fmt.Errorf("remove a plot of an earlier report: %w", err)
			}
		}
	}
	return nil
}
