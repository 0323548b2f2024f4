package store

import "testing"

func TestSmoke(t *testing.T) {
	db := openNew(t)
	round := begun(t, db, planOf(t, "default", 3, 3))
	for _, r := range round {
		train(t, db, r.Run)
	}
	must(t, db.Flush(t.Context()))
	records, err := db.Records(t.Context(), "default")
	must(t, err)
	for _, r := range records {
		t.Logf("%+v", r)
	}
	cols, rows, err := db.Query(t.Context(), "SELECT * FROM leaderboard")
	must(t, err)
	t.Log(cols)
	for r, err := range rows {
		must(t, err)
		t.Log(r)
	}
	for _, q := range []string{"DELETE FROM runs", "PRAGMA query_only=0", "ATTACH 'x' AS y", "SELECT nope"} {
		_, _, err := db.Query(t.Context(), q)
		t.Log(q, err)
	}
	must(t, db.Close())
}
