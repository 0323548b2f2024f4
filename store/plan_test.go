package store

import (
	"strings"
	"testing"
)

// TestQueryPlans requires that no common query reads all points, or sorts what
// an index has in order.
func TestQueryPlans(t *testing.T) {
	t.Parallel()
	db := openNew(t)
	must(t, trainAll(t.Context(), db, planOf(t, "default", 2, 2)))
	points := `SELECT run_id, step, train_loss FROM points WHERE `
	for name, test := range map[string]struct{ query, forbidden string }{
		"curve":        {points + `run_id = 1 ORDER BY run_id, step`, "TEMP B-TREE"},
		"curves":       {points + `run_id IN (SELECT id FROM runs WHERE sweep = 'default' AND id BETWEEN 1 AND 4) ORDER BY run_id, step`, "SCAN"},
		"drop points":  {`DELETE FROM points WHERE run_id = 1 AND step > 3`, "SCAN"},
		"runs":         {`SELECT * FROM runs WHERE sweep = 'default' ORDER BY id`, "TEMP B-TREE"},
		"settings":     {`SELECT hash FROM configurations WHERE ` + runsOf("").configurations, "SCAN runs"},
		"leaderboard":  {`SELECT * FROM leaderboard WHERE sweep = 'default'`, "SCAN runs"},
		"params":       {`SELECT * FROM params WHERE run_id = 1`, "SCAN runs"},
		"answers":      {`SELECT * FROM answers WHERE run_id = 1`, "SCAN predictions"},
		"predictions":  {`SELECT class FROM predictions WHERE run_id = 1 ORDER BY position`, "TEMP B-TREE"},
		"remove run":   {`DELETE FROM runs WHERE id = 1`, "SCAN"},
		"remove sweep": {`DELETE FROM sweeps WHERE id = 'default'`, "SCAN"},
	} {
		var plan []string
		must(t, explainPlan(db, test.query, &plan))
		for _, step := range plan {
			if strings.HasPrefix(step, "SCAN points") || strings.Contains(step, test.forbidden) {
				t.Errorf("%s: %s", name, step)
			}
		}
	}
}

func explainPlan(db *DB, query string, plan *[]string) error {
	rows, err := db.writer.pool.Query(`EXPLAIN QUERY PLAN ` + strings.ReplaceAll(query, "?1", "'default'"))
	if err != nil {
		return err
	}
	return each(rows, func() error {
		var id, parent, unused int
		var detail string
		err := rows.Scan(&id, &parent, &unused, &detail)
		*plan = append(*plan, detail)
		return err
	})
}
