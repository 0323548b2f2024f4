package store

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"sweep/experiment"
	"sweep/experiment/stats"
)

// TestLeaderboard fills sweeps with runs that end in every way and requires
// that the view ranks them as package stats does.
func TestLeaderboard(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		for _, objective := range []experiment.Objective{
			experiment.Maximize(experiment.ValAccuracy), experiment.Minimize(experiment.ValLoss),
		} {
			t.Run(fmt.Sprint(objective, " ", seed), func(t *testing.T) {
				t.Parallel()
				rng := rand.New(rand.NewPCG(seed, 0))
				db := openNew(t)
				for _, r := range begun(t, db, planOf(t, "default", 12, 4, func(s *experiment.Sweep[config], _ *experiment.Dataset) {
					s.Objective = objective
				})) {
					endSomehow(t, db, r.Run, rng)
				}
				records, err := db.Records(t.Context(), "default")
				must(t, err)
				var want []string
				for _, s := range stats.Leaderboard(records, objective) {
					if s.Unfinished < len(s.Records) {
						want = append(want, standingLine(s))
					}
				}
				var got []string
				must(t, visit(db, t, `SELECT config, rank, seeds, diverged, failed, pruned, mean, std, low, high, test_accuracy,
					test_balanced_accuracy FROM leaderboard`, func(row []any) { got = append(got, viewLine(row)) }))
				if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
					t.Errorf("the view has\n%s\nwant\n%s", g, w)
				}
			})
		}
	}
}

// endSomehow leaves a run done with numbers that collide now and then, or
// diverged, failed, pruned, waiting or running.
func endSomehow(t *testing.T, db *DB, r experiment.Run, rng *rand.Rand) {
	t.Helper()
	how := rng.IntN(20)
	if how == 0 {
		return
	}
	must(t, db.Begin(r, 0, 0))
	best := pointAt(1, 0)
	// In steps that sums keep exactly, so that ties are ties in any order.
	best.ValAccuracy, best.ValLoss = 0.75+float64(rng.IntN(9))/1024, 2.5+float64(rng.IntN(9))/1024
	switch how {
	case 1:
	case 2:
		must(t, db.Finish(r, experiment.Diverged, experiment.Outcome{}, "NaN"))
	case 3:
		must(t, db.Fail(r, "bad luck", "", false))
	case 4:
		must(t, db.Finish(r, experiment.Pruned, experiment.Outcome{}, "rung 1"))
	case 5:
		best.ValAccuracy, best.ValLoss = math.NaN(), math.Inf(1)
		fallthrough
	default:
		must(t, db.Finish(r, experiment.Done, experiment.Outcome{Best: best, TestAccuracy: rng.Float64(), TestBalancedAccuracy: 0.5}, ""))
	}
}

func standingLine(s stats.Standing) string {
	rank := any(int64(s.Rank))
	if s.Rank == 0 {
		rank = nil
	}
	return line(s.Hash, rank, s.Done, s.Diverged, s.Failed, s.Pruned, s.Mean, s.Std, s.Low, s.High, s.TestAccuracy, s.TestBalancedAccuracy)
}

func viewLine(row []any) string { return line(row...) }

// line prints numbers to what the two ways of computing agree on.
func line(values ...any) string {
	for i, v := range values {
		switch v := v.(type) {
		case float64:
			values[i] = fmt.Sprintf("%.7f", v)
		case nil:
			values[i] = "NaN"
		case string:
			values[i] = v[:8]
		}
	}
	return fmt.Sprint(values...)
}

// TestLeaderboardRevisions counts programs that are behind a mean.
func TestLeaderboardRevisions(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	plan := planOf(t, "default", 1, 4)
	for i, by := range []experiment.Provenance{{Revision: "a"}, {Revision: "a"}, {Revision: "a", Dirty: true}, {Revision: "b"}} {
		round := begun(t, db, plan)
		_, err := db.Register(t.Context(), plan, by)
		must(t, err)
		must(t, train(t.Context(), db, round[i].Run))
	}
	must(t, db.Flush(t.Context()))
	must(t, visit(db, t, `SELECT revisions, seeds, metric FROM leaderboard`, func(row []any) {
		if got := fmt.Sprint(row); got != "[3 4 val_accuracy]" {
			t.Errorf("revisions, seeds and metric are %s, want 3 of 4 seeds", got)
		}
	}))
}

// TestLeaderboardObjective changes the objective: each ranks what was trained
// for it.
func TestLeaderboardObjective(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	must(t, trainAll(t.Context(), db, planOf(t, "default", 2, 2)))
	must(t, trainAll(t.Context(), db, planOf(t, "default", 1, 2, func(s *experiment.Sweep[config], _ *experiment.Dataset) {
		s.Objective = experiment.Minimize(experiment.ValLoss)
	})))
	rows := 0
	must(t, visit(db, t, `SELECT sweep, metric, seeds FROM leaderboard ORDER BY sweep`, func(row []any) {
		want := "[default val_accuracy 2]"
		if rows++; rows == 3 {
			want = "[default-2 val_loss 2]"
		}
		if fmt.Sprint(row) != want {
			t.Errorf("a row says %v, want %s", row, want)
		}
	}))
	if rows != 3 {
		t.Errorf("%d configurations are ranked, want two for one objective and one for the other", rows)
	}
}

// TestStudentT compares the table of quantiles with gonum's.
func TestStudentT(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	for degrees := 1; degrees <= 1200; degrees++ {
		var got float64
		must(t, db.read.QueryRow(`SELECT quantile FROM student_t WHERE degrees <= ? ORDER BY degrees DESC LIMIT 1`, degrees).Scan(&got))
		want := distuv.StudentsT{Sigma: 1, Nu: float64(degrees)}.Quantile(0.975)
		tolerance := 1e-9
		if degrees > 100 {
			tolerance = 0.005
		}
		if got < want-1e-9 || got > want*(1+tolerance) {
			t.Errorf("at %d degrees of freedom the quantile is %v, want %v", degrees, got, want)
		}
	}
}

// TestCommandLine asks the sqlite3 of the system, which lacks this program's
// functions.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip("sqlite3 is not installed")
	}
	db := openNew(t)
	must(t, trainAll(t.Context(), db, planOf(t, "default", 3, 3)))
	for query, want := range map[string]string{
		`select * from leaderboard`: "default|1|",
		`SELECT hidden_size, learning_rate, seed, val_accuracy FROM runs ORDER BY val_accuracy DESC`:               "|0.005|",
		`select value, avg(val_accuracy) from params join runs on runs.id = run_id where name = 'cell' group by 1`: "elman|",
		`select class, avg(correct) from answers group by class`:                                                   "Czech|",
	} {
		out, err := exec.Command("sqlite3", db.path, query).CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("sqlite3 %q printed %q, %v; want %q in it", query, out, err, want)
		}
	}
}
