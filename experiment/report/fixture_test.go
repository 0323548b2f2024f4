package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// shape says what sweep a fixture imitates.
type shape struct {
	hidden   []int
	rates    []float64
	seeds    int
	points   int
	names    int // test names
	diverge  func(hidden int, rate float64, seed int) bool
	classes  []string
	allModel bool // predictions of every best seed, not only of the winner
}

var languages = []string{"Arabic", "Chinese", "Czech", "Dutch", "English", "French", "German", "Greek", "Irish",
	"Italian", "Japanese", "Korean", "Polish", "Portuguese", "Russian", "Scottish", "Spanish", "Vietnamese"}

// defaultShape is the sweep that ships: 27 runs.
func defaultShape() shape {
	return shape{hidden: []int{64, 128, 256}, rates: []float64{0.0025, 0.005, 0.01}, seeds: 3, points: 100, names: 1200, classes: languages, allModel: true,
		diverge: func(hidden int, rate float64, seed int) bool { return hidden == 256 && rate == 0.01 && seed == 2 }}
}

// largeShape is 10,050 runs of 100 points.
func largeShape() shape {
	s := shape{seeds: 3, points: 100, names: 1200, classes: languages}
	for i := range 67 {
		s.hidden = append(s.hidden, 32+4*i)
	}
	for i := range 50 {
		s.rates = append(s.rates, 0.001+0.0002*float64(i))
	}
	return s
}

var epoch = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)

// imitate makes what a ledger would hold of a sweep of that shape. The same
// shape gives the same input.
func imitate(s shape) Input {
	rng := rand.New(rand.NewPCG(2, 6))
	in := Input{DatabaseName: "results.db", Curves: map[int64][]experiment.Point{}, Predictions: map[int64][]experiment.Prediction{}}
	in.Sweep = experiment.SweepRecord{ID: "default", Name: "default", Objective: experiment.Maximize(experiment.ValAccuracy), CreatedAt: epoch, LastRunAt: epoch.Add(time.Hour)}
	in.Sweep.Definition = experiment.Definition{Name: "default", Objective: "max val_accuracy", Seeds: s.seeds, Base: `{"cell":"elman","iterations":100000}`}
	in.Sweep.Provenance = experiment.Provenance{Revision: "0123456789abcdef0123456789abcdef01234567", GoVersion: "go1.26", Host: "bench", CPU: "a processor", Kernel: "avx2", Command: "sweep run default --workers 2"}
	in.Sweep.Dataset = imitateDataset(rng, s)
	clock := [2]time.Time{epoch, epoch}
	for _, hidden := range s.hidden {
		for _, rate := range s.rates {
			for seed := 1; seed <= s.seeds; seed++ {
				id := int64(len(in.Records) + 1)
				r := imitateRun(rng, id, hidden, rate, seed)
				r.Worker = int(id) % len(clock)
				r.StartedAt = clock[r.Worker]
				r.FinishedAt = r.StartedAt.Add(time.Duration(r.Seconds * float64(time.Second)))
				clock[r.Worker] = r.FinishedAt
				in.Curves[id] = imitateCurve(rng, &r, s.points)
				if s.diverge != nil && s.diverge(hidden, rate, seed) {
					diverge(&in, &r)
				}
				if s.allModel {
					in.Predictions[id] = imitatePredictions(rng, in.Sweep.Dataset, r.TestAccuracy)
				}
				in.Records = append(in.Records, r)
			}
		}
	}
	if best, ok := stats.BestRun(stats.Leaderboard(in.Records, in.Sweep.Objective)); ok {
		in.Predictions[best.ID] = imitatePredictions(rng, in.Sweep.Dataset, best.TestAccuracy)
	}
	return in
}

func imitateDataset(rng *rand.Rand, s shape) experiment.Dataset {
	d := experiment.Dataset{Source: "embedded", SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Classes: s.classes, Train: 8 * s.names, Validation: s.names}
	const letters = "aeioulnrst"
	for i := range s.names {
		name := string(rune('A' + rng.IntN(26)))
		for range 3 + rng.IntN(6) {
			name += string(letters[rng.IntN(len(letters))])
		}
		d.Test = append(d.Test, experiment.Example{Name: name, Class: i % len(s.classes)})
	}
	return d
}

func imitateRun(rng *rand.Rand, id int64, hidden int, rate float64, seed int) experiment.Record {
	r := experiment.Record{State: experiment.Done, Attempts: 1}
	r.ID, r.Sweep, r.Seed = id, "default", seed
	settings := fmt.Sprintf(`{"cell":"elman","hidden_size":%d,"iterations":100000,"learning_rate":%s}`, hidden, strconv.FormatFloat(rate, 'g', 6, 64))
	sum := sha256.Sum256([]byte(settings))
	r.Configuration = experiment.Configuration{Hash: hex.EncodeToString(sum[:]), Settings: experiment.Settings(settings)}
	quality := 0.42 + 0.05*math.Log2(float64(hidden)/64) - 0.04*math.Abs(math.Log2(rate/0.005)) + 0.012*rng.NormFloat64()
	r.Best = experiment.Point{Step: 95_000, ValAccuracy: min(0.99, quality), ValBalancedAccuracy: min(0.98, quality-0.03), ValLoss: 2.2 * (1 - quality), TrainLoss: 2 * (1 - quality)}
	r.TestAccuracy, r.TestBalancedAccuracy = r.Best.ValAccuracy-0.01+0.01*rng.NormFloat64(), r.Best.ValBalancedAccuracy-0.012
	r.Seconds = float64(hidden)/16 + rng.Float64()
	r.Provenance = experiment.Provenance{GoVersion: "go1.26", Host: "bench", Kernel: "avx2"}
	return r
}

// imitateCurve falls towards the run's best, validated at every fifth point.
func imitateCurve(rng *rand.Rand, r *experiment.Record, points int) []experiment.Point {
	curve := make([]experiment.Point, points)
	for i := range curve {
		x := float64(i+1) / float64(points)
		rise := (1 - math.Exp(-4*x)) / (1 - math.Exp(-4))
		p := experiment.Point{Step: (i + 1) * 100_000 / points, TrainLoss: 2.9 - (2.9-r.Best.TrainLoss)*rise + 0.03*rng.NormFloat64()}
		p.ValAccuracy, p.ValBalancedAccuracy, p.ValLoss = math.NaN(), math.NaN(), math.NaN()
		if (i+1)%5 == 0 || points < 20 {
			p.ValAccuracy = r.Best.ValAccuracy*rise + 0.004*rng.NormFloat64()
			p.ValBalancedAccuracy = p.ValAccuracy - 0.03
			p.ValLoss = 2.9 - (2.9-r.Best.ValLoss)*rise + 0.02*rng.NormFloat64()
		}
		curve[i] = p
	}
	return curve
}

func diverge(in *Input, r *experiment.Record) {
	nan := math.NaN()
	r.State, r.Error = experiment.Diverged, "the training loss became NaN at iteration 12000"
	r.Best = experiment.Point{TrainLoss: nan, ValLoss: nan, ValAccuracy: nan, ValBalancedAccuracy: nan}
	r.TestAccuracy, r.TestBalancedAccuracy = nan, nan
	in.Curves[r.ID] = in.Curves[r.ID][:12*len(in.Curves[r.ID])/100]
}

// imitatePredictions is right as often as accuracy says, and a little too sure.
func imitatePredictions(rng *rand.Rand, d experiment.Dataset, accuracy float64) []experiment.Prediction {
	predictions := make([]experiment.Prediction, len(d.Test))
	for i, example := range d.Test {
		confidence := 0.15 + 0.85*rng.Float64()
		p := experiment.Prediction{Class: example.Class, Confidence: confidence}
		if rng.Float64() > accuracy*(0.5+confidence*0.9) {
			p.Class = (example.Class + 1 + rng.IntN(4)) % len(d.Classes)
		}
		predictions[i] = p
	}
	return predictions
}
