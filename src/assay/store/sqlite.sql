-- Made by `python -m assay.store.sql` from schema.py, statements.py and the migrations; a test compares.

--- revision
0001

--- make
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE runs (
    id INTEGER NOT NULL,
    "key" VARCHAR(16) NOT NULL,
    run TEXT NOT NULL,
    started VARCHAR(32) NOT NULL,
    finished VARCHAR(32) NOT NULL,
    seed BIGINT NOT NULL,
    profile TEXT NOT NULL,
    target TEXT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    version TEXT NOT NULL,
    branch TEXT NOT NULL,
    "commit" VARCHAR(64) NOT NULL,
    strict BOOLEAN NOT NULL,
    complete BOOLEAN NOT NULL,
    exit_code INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    violated INTEGER NOT NULL,
    unwitnessed INTEGER NOT NULL,
    inconclusive INTEGER NOT NULL,
    observed INTEGER NOT NULL,
    waived INTEGER NOT NULL,
    CONSTRAINT pk_runs PRIMARY KEY (id),
    CONSTRAINT uq_runs_key UNIQUE ("key")
);
CREATE INDEX ix_runs_started_id ON runs (started, id);
CREATE INDEX ix_runs_run ON runs (run);
CREATE TABLE clauses (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    strength VARCHAR(16) NOT NULL,
    CONSTRAINT pk_clauses PRIMARY KEY (id),
    CONSTRAINT uq_clauses_name_strength UNIQUE (name, strength)
);
CREATE TABLE marks (
    run_id INTEGER NOT NULL,
    clause_id INTEGER NOT NULL,
    standing VARCHAR(16) NOT NULL,
    seen INTEGER NOT NULL,
    violations INTEGER NOT NULL,
    waived BOOLEAN NOT NULL,
    flaky BOOLEAN NOT NULL,
    CONSTRAINT pk_marks PRIMARY KEY (run_id, clause_id),
    CONSTRAINT fk_marks_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (id),
    CONSTRAINT fk_marks_clause_id_clauses FOREIGN KEY(clause_id) REFERENCES clauses (id)
)
 WITHOUT ROWID;
CREATE TABLE breaks (
    run_id INTEGER NOT NULL,
    clause_id INTEGER NOT NULL,
    fingerprint VARCHAR(12) NOT NULL,
    message TEXT NOT NULL,
    again INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    waived BOOLEAN NOT NULL,
    CONSTRAINT pk_breaks PRIMARY KEY (run_id, clause_id, fingerprint),
    CONSTRAINT fk_breaks_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (id),
    CONSTRAINT fk_breaks_clause_id_clauses FOREIGN KEY(clause_id) REFERENCES clauses (id)
)
 WITHOUT ROWID;
CREATE INDEX ix_breaks_fingerprint ON breaks (fingerprint);
CREATE TABLE latencies (
    run_id INTEGER NOT NULL,
    api TEXT NOT NULL,
    operation TEXT NOT NULL,
    answers INTEGER NOT NULL,
    p50 DOUBLE NOT NULL,
    p90 DOUBLE NOT NULL,
    p99 DOUBLE NOT NULL,
    most DOUBLE NOT NULL,
    CONSTRAINT pk_latencies PRIMARY KEY (run_id, api, operation),
    CONSTRAINT fk_latencies_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (id)
)
 WITHOUT ROWID;
INSERT INTO alembic_version (version_num) VALUES ('0001') RETURNING version_num;

--- forget-marks
DELETE FROM marks WHERE marks.run_id = (SELECT runs.id
FROM runs
WHERE runs."key" = :key)

--- forget-breaks
DELETE FROM breaks WHERE breaks.run_id = (SELECT runs.id
FROM runs
WHERE runs."key" = :key)

--- forget-latencies
DELETE FROM latencies WHERE latencies.run_id = (SELECT runs.id
FROM runs
WHERE runs."key" = :key)

--- forget-run
DELETE FROM runs WHERE runs."key" = :key

--- add-run
INSERT INTO runs ("key", run, started, finished, seed, profile, target, digest, version, branch, "commit", strict, complete, exit_code, requests, verified, violated, unwitnessed, inconclusive, observed, waived) VALUES (:key, :run, :started, :finished, :seed, :profile, :target, :digest, :version, :branch, :commit, :strict, :complete, :exit_code, :requests, :verified, :violated, :unwitnessed, :inconclusive, :observed, :waived)

--- add-clause
INSERT INTO clauses (name, strength) VALUES (:name, :strength) ON CONFLICT (name, strength) DO NOTHING

--- add-mark
INSERT INTO marks (run_id, clause_id, standing, seen, violations, waived, flaky) VALUES ((SELECT runs.id
FROM runs
WHERE runs."key" = :key), (SELECT clauses.id
FROM clauses
WHERE clauses.name = :name AND clauses.strength = :strength), :standing, :seen, :violations, :waived, :flaky)

--- add-break
INSERT INTO breaks (run_id, clause_id, fingerprint, message, again, tries, waived) VALUES ((SELECT runs.id
FROM runs
WHERE runs."key" = :key), (SELECT clauses.id
FROM clauses
WHERE clauses.name = :name AND clauses.strength = :strength), :fingerprint, :message, :again, :tries, :waived)

--- add-latency
INSERT INTO latencies (run_id, api, operation, answers, p50, p90, p99, most) VALUES ((SELECT runs.id
FROM runs
WHERE runs."key" = :key), :api, :operation, :answers, :p50, :p90, :p99, :most)

--- past-runs
SELECT runs."key", runs.run, runs.started, runs.finished, runs.seed, runs.profile, runs.target, runs.digest, runs.version, runs.branch, runs."commit", runs.strict, runs.complete, runs.exit_code, runs.requests, runs.verified, runs.violated, runs.unwitnessed, runs.inconclusive, runs.observed, runs.waived
FROM runs
WHERE runs.target = :target AND runs.profile = :profile AND runs.started <= :started AND runs."key" != :key ORDER BY runs.started DESC, runs.id DESC

--- past-marks
SELECT clauses.name, clauses.strength, marks.standing, marks.seen, marks.violations, marks.waived, marks.flaky
FROM marks JOIN clauses ON clauses.id = marks.clause_id
WHERE marks.run_id = (SELECT runs.id
FROM runs
WHERE runs."key" = :key) ORDER BY clauses.name

--- past-breaks
SELECT clauses.name, breaks.fingerprint, breaks.message, breaks.again, breaks.tries, breaks.waived
FROM breaks JOIN clauses ON clauses.id = breaks.clause_id
WHERE breaks.run_id = (SELECT runs.id
FROM runs
WHERE runs."key" = :key) ORDER BY clauses.name, breaks.fingerprint

--- past-latencies
SELECT latencies.api, latencies.operation, latencies.answers, latencies.p50, latencies.p90, latencies.p99, latencies.most
FROM latencies
WHERE latencies.run_id = (SELECT runs.id
FROM runs
WHERE runs."key" = :key) ORDER BY latencies.api, latencies.operation
