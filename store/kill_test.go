package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"sweep/experiment"
)

// childTrain trains a small sweep in the ledger arguments[0]. With a place and
// a number it kills itself when it comes to that place for the nth time.
func childTrain(arguments []string) error {
	if len(arguments) > 2 {
		at, err := strconv.Atoi(arguments[3])
		if err != nil {
			return err
		}
		dieAt(arguments[2], at)
	}
	db, err := Open(arguments[0])
	if err != nil {
		return err
	}
	plan, err := newPlan(arguments[1], 2, 2)
	if err != nil {
		return err
	}
	return errors.Join(trainAll(context.Background(), db, plan), db.Close())
}

func dieAt(place string, nth int) {
	failpoint = func(p string) {
		if p != place {
			return
		}
		if nth--; nth == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the signal is on its way
		}
	}
}

// TestKilledInTransaction kills a training just before each of its commits,
// and just after, and before each step of the migration: the same command then
// comes to the same results, and what was finished is as it was.
func TestKilledInTransaction(t *testing.T) {
	t.Parallel()
	want := openNew(t)
	must(t, trainAll(t.Context(), want, planOf(t, "default", 2, 2)))
	for _, place := range []string{"migrate", "commit", "committed"} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			kills := 0
			for killedIn(t, want, place, kills+1) {
				kills++
			}
			least := map[string]int{"migrate": len(migrations()), "commit": 20, "committed": 20}[place]
			if kills < least {
				t.Errorf("killed %d times, expected %d places at least", kills, least)
			}
		})
	}
}

// killedIn reports whether there was an nth time to be killed at.
func killedIn(t *testing.T, want *DB, place string, nth int) bool {
	t.Helper()
	path := newPath(t)
	err := child(t, "train", path, "default", place, strconv.Itoa(nth)).Run()
	if err == nil {
		return false
	}
	if exit, ok := err.(*exec.ExitError); !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("%s %d: %v", place, nth, err)
	}
	db := open(t, path)
	before := finished(t, db)
	must(t, trainAll(t.Context(), db, planOf(t, "default", 2, 2)))
	after := finished(t, db)
	for id, was := range before {
		if after[id] != was {
			t.Errorf("%s %d: run %d was finished as\n%s\nand is now\n%s", place, nth, id, was, after[id])
		}
	}
	if mustEqual(t, want, db); t.Failed() {
		t.Fatalf("killed at %s %d", place, nth)
	}
	must(t, db.Close())
	return true
}

// finished returns all that is recorded of finished runs.
func finished(t *testing.T, db *DB) map[int64]string {
	t.Helper()
	records, err := db.Records(t.Context(), "default")
	must(t, err)
	all := map[int64]string{}
	for _, r := range records {
		if r.State.Finished() {
			all[r.ID] = fmt.Sprint(r)
		}
	}
	return all
}

// childHold takes a sweep, says so and holds it until it is killed.
func childHold(arguments []string) error {
	db, err := Open(arguments[0])
	if err != nil {
		return err
	}
	plan, err := newPlan("default", 2, 2)
	if err != nil {
		return err
	}
	round, err := begin(context.Background(), db, plan)
	if err != nil {
		return err
	}
	if err := errors.Join(db.Begin(round[0].Run, 0, 0), db.Flush(context.Background())); err != nil {
		return err
	}
	fmt.Println("held")
	select {}
}

// TestHolderDies has another process hold a sweep: it is named; and the moment
// it is killed, the sweep is free and what it was training waits.
func TestHolderDies(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	holder := child(t, "hold", path)
	out, err := holder.StdoutPipe()
	must(t, err)
	must(t, holder.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "held\n" {
		t.Fatalf("the holder said %q, %v", line, err)
	}
	db := open(t, path)
	host, _ := os.Hostname()
	_, err = db.Register(t.Context(), planOf(t, "default", 2, 2), here)
	if !errors.Is(err, experiment.ErrHeld) {
		t.Fatalf("while another process holds the sweep, Register returned %v", err)
	}
	for _, part := range []string{"sweep default", path, fmt.Sprintf("process %d", holder.Process.Pid), host, "since 20"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	if err := db.RemoveSweep(t.Context(), "default"); !errors.Is(err, experiment.ErrHeld) {
		t.Errorf("the sweep could be removed: %v", err)
	}
	must(t, holder.Process.Kill())
	_ = holder.Wait()
	round := begun(t, db, planOf(t, "default", 2, 2))
	if r := round[0]; r.State != experiment.Waiting || r.Attempts != 1 {
		t.Errorf("after the holder died its run is %s after %d attempts", r.State, r.Attempts)
	}
}
