-- Version 1: the ledger.
--
-- Times are UTC, RFC 3339 to the millisecond; durations are seconds; losses are
-- nats; accuracies are fractions. NULL is a value that was not measured or is
-- not a number.

PRAGMA application_id = 0x53574550; -- "SWEP"

-- A process that trained a sweep: what produced a result, none of it part of it.
CREATE TABLE processes (
	id         INTEGER PRIMARY KEY,
	started_at TEXT NOT NULL,
	revision   TEXT NOT NULL,
	dirty      INTEGER NOT NULL,
	go_version TEXT NOT NULL,
	host       TEXT NOT NULL,
	cpu        TEXT NOT NULL,
	kernel     TEXT NOT NULL,
	command    TEXT NOT NULL
) STRICT;

CREATE TABLE datasets (
	sha256     TEXT PRIMARY KEY,
	source     TEXT NOT NULL,
	classes    TEXT NOT NULL, -- JSON array of names; a class elsewhere is an index into it
	train      INTEGER NOT NULL,
	validation INTEGER NOT NULL,
	test       INTEGER NOT NULL
) STRICT;

-- The test examples of a dataset, in the order of every run's predictions.
CREATE TABLE examples (
	dataset  TEXT NOT NULL REFERENCES datasets ON DELETE CASCADE,
	position INTEGER NOT NULL,
	name     TEXT NOT NULL,
	class    INTEGER NOT NULL,
	PRIMARY KEY (dataset, position)
) STRICT, WITHOUT ROWID;

-- A name registered with other data, other base settings or another objective
-- is another sweep, with the id "name-2", "name-3" and so on: their runs could
-- not be ranked together.
CREATE TABLE sweeps (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL,
	objective   TEXT NOT NULL, -- "max METRIC" or "min METRIC"
	definition  TEXT NOT NULL, -- JSON
	base        TEXT NOT NULL, -- JSON
	data_sha256 TEXT NOT NULL REFERENCES datasets,
	process     INTEGER REFERENCES processes, -- that ran it last
	revision    TEXT NOT NULL DEFAULT '',
	dirty       INTEGER NOT NULL DEFAULT 0,
	go_version  TEXT NOT NULL DEFAULT '',
	created_at  TEXT NOT NULL,
	last_run_at TEXT NOT NULL,
	ran         INTEGER NOT NULL DEFAULT 0, -- greater is later, whatever the clock says
	UNIQUE (name, data_sha256, base, objective)
) STRICT;

-- A configuration is its hash, of all that can change a result but the seed.
CREATE TABLE configurations (
	hash        TEXT PRIMARY KEY,
	data_sha256 TEXT NOT NULL REFERENCES datasets,
	objective   TEXT NOT NULL,
	settings    TEXT NOT NULL -- canonical JSON
) STRICT;

CREATE TABLE runs (
	id                     INTEGER PRIMARY KEY AUTOINCREMENT, -- an id once given is not given again
	sweep                  TEXT NOT NULL REFERENCES sweeps ON DELETE CASCADE,
	config                 TEXT NOT NULL REFERENCES configurations,
	seed                   INTEGER NOT NULL,
	state                  TEXT NOT NULL DEFAULT 'waiting'
		CHECK (state IN ('waiting', 'running', 'done', 'diverged', 'pruned', 'failed')),
	hidden_size            INTEGER, -- these three repeat the settings
	learning_rate          REAL,
	iterations             INTEGER,
	best_step              INTEGER, -- where the checkpoint was taken; the next four are measured there
	train_loss             REAL,
	val_loss               REAL,
	val_accuracy           REAL,
	val_balanced_accuracy  REAL,
	score                  REAL, -- the one of these four that its sweep's objective names, if finite
	test_accuracy          REAL, -- of the checkpoint
	test_balanced_accuracy REAL,
	kernel                 TEXT,
	host                   TEXT,
	revision               TEXT,
	dirty                  INTEGER,
	process                INTEGER REFERENCES processes,
	worker                 INTEGER,
	attempts               INTEGER NOT NULL DEFAULT 0, -- times it was begun
	seconds                REAL NOT NULL DEFAULT 0, -- spent training, over all attempts
	error                  TEXT, -- why it diverged or failed
	stack                  TEXT,
	started_at             TEXT, -- the last attempt
	finished_at            TEXT,
	UNIQUE (sweep, config, seed)
) STRICT;

CREATE INDEX runs_sweep ON runs (sweep); -- in the order of id
CREATE INDEX runs_config ON runs (config);

CREATE TABLE points (
	run_id                INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
	step                  INTEGER NOT NULL,
	train_loss            REAL,
	val_loss              REAL,
	val_accuracy          REAL,
	val_balanced_accuracy REAL,
	PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

-- What a run needs to go on; gone when it has finished.
CREATE TABLE snapshots (
	run_id INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
	step   INTEGER NOT NULL,
	bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoints (
	run_id INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
	step   INTEGER NOT NULL,
	sha256 TEXT NOT NULL, -- of bytes, hex
	bytes  BLOB NOT NULL  -- safetensors
) STRICT;

CREATE TABLE predictions (
	run_id     INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
	position   INTEGER NOT NULL,
	class      INTEGER NOT NULL,
	confidence REAL,
	PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- Every failure of every attempt, whatever became of the run later.
CREATE TABLE failures (
	run_id  INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
	attempt INTEGER NOT NULL,
	error   TEXT NOT NULL,
	stack   TEXT NOT NULL,
	at      TEXT NOT NULL,
	PRIMARY KEY (run_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
	run_id INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
	note   TEXT NOT NULL
) STRICT;

CREATE TABLE tags (
	run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
	tag    TEXT NOT NULL,
	PRIMARY KEY (run_id, tag)
) STRICT, WITHOUT ROWID;

-- Guards. They hold for whoever writes, this program or a person with sqlite3
-- open. Where a row goes because its run was removed, the run is gone already
-- when the row's guard looks for it, and the guard lets it pass.

CREATE TRIGGER run_starts_waiting BEFORE INSERT ON runs WHEN NEW.state <> 'waiting'
BEGIN
	SELECT RAISE(ABORT, 'a new run is waiting');
END;

CREATE TRIGGER run_identity_stays BEFORE UPDATE OF id, sweep, config, seed ON runs
BEGIN
	SELECT RAISE(ABORT, 'a run keeps its id, sweep, configuration and seed');
END;

CREATE TRIGGER finished_run_stays BEFORE UPDATE ON runs
WHEN OLD.state IN ('done', 'diverged', 'pruned') OR OLD.state = 'failed' AND NEW.state <> 'waiting'
BEGIN
	SELECT RAISE(ABORT, 'a finished run does not change');
END;

CREATE TRIGGER waiting_run_begins_first BEFORE UPDATE OF state ON runs
WHEN OLD.state = 'waiting' AND NEW.state NOT IN ('waiting', 'running')
BEGIN
	SELECT RAISE(ABORT, 'a waiting run begins before it ends');
END;

CREATE TRIGGER points_insert BEFORE INSERT ON points
WHEN (SELECT state FROM runs WHERE id = NEW.run_id) <> 'running'
BEGIN
	SELECT RAISE(ABORT, 'a curve changes only while it is running');
END;

CREATE TRIGGER points_update BEFORE UPDATE ON points
WHEN (SELECT state FROM runs WHERE id = OLD.run_id) <> 'running'
BEGIN
	SELECT RAISE(ABORT, 'a curve changes only while it is running');
END;

CREATE TRIGGER points_delete BEFORE DELETE ON points
WHEN (SELECT state FROM runs WHERE id = OLD.run_id) <> 'running'
BEGIN
	SELECT RAISE(ABORT, 'a curve changes only while it is running');
END;

CREATE TRIGGER checkpoints_insert BEFORE INSERT ON checkpoints
WHEN (SELECT state FROM runs WHERE id = NEW.run_id) <> 'running'
BEGIN
	SELECT RAISE(ABORT, 'a checkpoint is kept only while it is running');
END;

CREATE TRIGGER checkpoints_update BEFORE UPDATE ON checkpoints
WHEN (SELECT state FROM runs WHERE id = OLD.run_id) <> 'running'
BEGIN
	SELECT RAISE(ABORT, 'a checkpoint is kept only while it is running');
END;

CREATE TRIGGER checkpoints_delete BEFORE DELETE ON checkpoints
WHEN (SELECT state FROM runs WHERE id = OLD.run_id) <> 'running'
BEGIN
	SELECT RAISE(ABORT, 'a checkpoint is kept only while it is running');
END;

CREATE TRIGGER predictions_insert BEFORE INSERT ON predictions
WHEN (SELECT state FROM runs WHERE id = NEW.run_id) <> 'running'
BEGIN
	SELECT RAISE(ABORT, 'predictions are kept only while it is running');
END;

CREATE TRIGGER predictions_update BEFORE UPDATE ON predictions
WHEN (SELECT state FROM runs WHERE id = OLD.run_id) <> 'running'
BEGIN
	SELECT RAISE(ABORT, 'predictions are kept only while it is running');
END;

CREATE TRIGGER predictions_delete BEFORE DELETE ON predictions
WHEN (SELECT state FROM runs WHERE id = OLD.run_id) <> 'running'
BEGIN
	SELECT RAISE(ABORT, 'predictions are kept only while it is running');
END;

CREATE TRIGGER snapshots_insert BEFORE INSERT ON snapshots
WHEN (SELECT state FROM runs WHERE id = NEW.run_id) <> 'running'
BEGIN
	SELECT RAISE(ABORT, 'a run is snapshot only while it is running');
END;

-- One hyperparameter of a run, typed as in its settings.
CREATE VIEW params AS
SELECT runs.id AS run_id, setting.key AS name, setting.value AS value
FROM runs
JOIN configurations ON configurations.hash = runs.config
JOIN json_each(configurations.settings) AS setting;

-- What each model answered to each test example.
CREATE VIEW answers AS
SELECT
	predictions.run_id,
	predictions.position,
	examples.name,
	json_extract(datasets.classes, '$[' || examples.class || ']') AS class,
	json_extract(datasets.classes, '$[' || predictions.class || ']') AS answer,
	predictions.confidence,
	predictions.class = examples.class AS correct
FROM predictions
JOIN runs ON runs.id = predictions.run_id
JOIN sweeps ON sweeps.id = runs.sweep
JOIN datasets ON datasets.sha256 = sweeps.data_sha256
JOIN examples ON examples.dataset = sweeps.data_sha256 AND examples.position = predictions.position;

-- Student's t: the 0.975 quantile by degrees of freedom, computed with
-- gonum.org/v1/gonum/stat/distuv. Beyond 100 the next smaller entry is used,
-- which widens an interval by less than 0.5 %.
CREATE TABLE student_t (
	degrees  INTEGER PRIMARY KEY,
	quantile REAL NOT NULL
) STRICT;

INSERT INTO student_t (degrees, quantile) VALUES
	(1, 12.706204736175), (2, 4.302652729749), (3, 3.182446305284), (4, 2.776445105198), (5, 2.570581835636),
	(6, 2.446911851145), (7, 2.364624251593), (8, 2.306004135204), (9, 2.262157162798), (10, 2.228138851986),
	(11, 2.200985160092), (12, 2.178812829667), (13, 2.160368656463), (14, 2.144786687918), (15, 2.131449545560),
	(16, 2.119905299221), (17, 2.109815577833), (18, 2.100922040241), (19, 2.093024054408), (20, 2.085963447266),
	(21, 2.079613844728), (22, 2.073873067904), (23, 2.068657610419), (24, 2.063898561628), (25, 2.059538552753),
	(26, 2.055529438643), (27, 2.051830516480), (28, 2.048407141795), (29, 2.045229642133), (30, 2.042272456301),
	(31, 2.039513446396), (32, 2.036933343460), (33, 2.034515297449), (34, 2.032244509318), (35, 2.030107928250),
	(36, 2.028094000980), (37, 2.026192463029), (38, 2.024394163912), (39, 2.022690920037), (40, 2.021075390306),
	(41, 2.019540970441), (42, 2.018081702818), (43, 2.016692199228), (44, 2.015367574444), (45, 2.014103388881),
	(46, 2.012895598919), (47, 2.011740513730), (48, 2.010634757624), (49, 2.009575237129), (50, 2.008559112101),
	(51, 2.007583770316), (52, 2.006646805062), (53, 2.005745995318), (54, 2.004879288188), (55, 2.004044783289),
	(56, 2.003240718848), (57, 2.002465459291), (58, 2.001717484145), (59, 2.000995378088), (60, 2.000297822014),
	(61, 1.999623584995), (62, 1.998971517033), (63, 1.998340542521), (64, 1.997729654318), (65, 1.997137908392),
	(66, 1.996564418952), (67, 1.996008354025), (68, 1.995468931430), (69, 1.994945415107), (70, 1.994437111771),
	(71, 1.993943367846), (72, 1.993463566662), (73, 1.992997125890), (74, 1.992543495181), (75, 1.992102154002),
	(76, 1.991672609645), (77, 1.991254395388), (78, 1.990847068812), (79, 1.990450210230), (80, 1.990063421254),
	(81, 1.989686323457), (82, 1.989318557137), (83, 1.988959780175), (84, 1.988609666976), (85, 1.988267907477),
	(86, 1.987934206239), (87, 1.987608281589), (88, 1.987289864831), (89, 1.986978699506), (90, 1.986674540704),
	(91, 1.986377154419), (92, 1.986086316951), (93, 1.985801814346), (94, 1.985523441867), (95, 1.985251003505),
	(96, 1.984984311522), (97, 1.984723186014), (98, 1.984467454508), (99, 1.984216951586), (100, 1.983971518524),
	(120, 1.979930405082), (150, 1.975905330897), (200, 1.971896223634), (300, 1.967903011261), (500, 1.964719837467),
	(1000, 1.962339080826);

-- Configurations, best first. Only runs that are done count towards a mean; a
-- configuration with a seed that diverged or failed ranks below all that have
-- none, and one with no seed done has no rank. low and high are the 95 % interval of the mean, Student's t over seeds. The
-- variance is the mean square less the squared mean: one pass, and for metrics
-- of the size of 1 it costs digits that nobody prints.
CREATE VIEW leaderboard AS
WITH summed AS (
	SELECT
		runs.sweep, runs.config, runs.hidden_size, runs.learning_rate, runs.iterations, sweeps.objective,
		sum(runs.state = 'done') AS seeds,
		sum(runs.state = 'diverged') AS diverged,
		sum(runs.state = 'failed') AS failed,
		sum(runs.state = 'pruned') AS pruned,
		count(runs.score) AS n,
		avg(runs.score) AS mean,
		iif(min(runs.score) = max(runs.score), 0,
			sum(runs.score * runs.score) - count(runs.score) * avg(runs.score) * avg(runs.score)) AS squares,
		avg(runs.test_accuracy) FILTER (WHERE runs.score IS NOT NULL) AS test_accuracy,
		avg(runs.test_balanced_accuracy) FILTER (WHERE runs.score IS NOT NULL) AS test_balanced_accuracy,
		count(DISTINCT CASE WHEN runs.state = 'done' THEN runs.revision || iif(runs.dirty, ' dirty', '') END) AS revisions
	FROM sweeps JOIN runs ON runs.sweep = sweeps.id
	GROUP BY runs.sweep, runs.config
),
spread AS (
	SELECT *, sqrt(max(squares, 0) / nullif(n - 1, 0)) AS std
	FROM summed
	WHERE seeds + diverged + failed + pruned > 0
),
bounded AS (
	SELECT *, std / sqrt(n) * (
		SELECT quantile FROM student_t WHERE degrees <= n - 1 ORDER BY degrees DESC LIMIT 1
	) AS half
	FROM spread
)
SELECT
	sweep,
	CASE WHEN mean IS NOT NULL THEN row_number() OVER standing END AS rank,
	config, hidden_size, learning_rate, iterations,
	seeds, diverged, failed, pruned,
	substr(objective, 5) AS metric, mean, mean - half AS low, mean + half AS high, std,
	test_accuracy, test_balanced_accuracy, revisions
FROM bounded
WINDOW standing AS (
	PARTITION BY sweep
	ORDER BY mean IS NULL, diverged + failed > 0, iif(objective LIKE 'min %', mean, -mean), config
)
ORDER BY sweep, rank IS NULL, rank, config;
