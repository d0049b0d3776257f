/** The window of the champion's dataset version, and its out-of-fold accuracy. */
export const referenceSql = `SELECT toUnixTimestamp64Milli(version.window_from) AS fromMs,
  toUnixTimestamp64Milli(version.window_to) AS toMs,
  candidate.metrics['accuracy'] AS accuracy, candidate.metrics['examples'] AS examples
FROM training_ready AS version
INNER JOIN candidates AS candidate ON candidate.dataset_version = version.dataset_version
WHERE version.dataset_version = {datasetVersion:String} AND candidate.candidate_id = {candidateId:String}
LIMIT 1`

const served = "workload = {workload:String} AND role = 'served'"

const newest = `SELECT request_id FROM observations
WHERE ${served} AND event_time > fromUnixTimestamp64Milli({toMs:Int64})
ORDER BY event_time DESC LIMIT {windowRecords:UInt32}`

/** The newest served calls since the reference. */
export const windowSql = `SELECT toUnixTimestamp64Milli(min(event_time)) AS fromMs,
  toUnixTimestamp64Milli(max(event_time)) AS toMs, count() AS records
FROM observations WHERE ${served} AND request_id IN (${newest})
HAVING records > 0`

/** Counts by feature and bin, in the reference and in the window. */
export const binsSql = `SELECT feature.name AS feature,
  if(feature.category = '', toString(feature.bin), feature.category) AS bin,
  countIf(is_reference) AS reference, countIf(NOT is_reference) AS current
FROM (
  SELECT features, event_time <= fromUnixTimestamp64Milli({toMs:Int64}) AS is_reference
  FROM observations
  WHERE ${served} AND event_time >= fromUnixTimestamp64Milli({fromMs:Int64})
    AND (is_reference OR request_id IN (${newest}))
)
ARRAY JOIN features AS feature
WHERE feature.profile_version = {profileVersion:String}
GROUP BY feature, bin ORDER BY feature, bin`

/**
 * The student's answers in the window whose truth is known: a person's label first, else the production model's answer, be it
 * the one that was served or a sampled copy's.
 */
export const accuracySql = `WITH
  answers AS (
    SELECT request_id, served_by,
      arrayFirst(f -> f.name = 'student-label', features).category AS own,
      arrayFirst(f -> f.name = 'label', features).category AS label
    FROM observations
    WHERE ${served} AND request_id IN (${newest})
  ),
  copies AS (
    SELECT parent_id, argMax(arrayFirst(f -> f.name = 'label', features).category, event_time) AS label
    FROM observations
    WHERE workload = {workload:String} AND role = 'sampled' AND served_by = 'production'
    GROUP BY parent_id
  ),
  people AS (
    SELECT request_id, argMax(value, event_time) AS label
    FROM feedback WHERE kind = 'label' AND author = 'person' GROUP BY request_id
  )
SELECT count() AS known, countIf(own = truth) AS correct FROM (
  SELECT own, multiIf(people.label != '', people.label,
    answers.served_by = 'production', answers.label, copies.label) AS truth
  FROM answers
  LEFT JOIN copies ON copies.parent_id = answers.request_id
  LEFT JOIN people ON people.request_id = answers.request_id
  WHERE own != ''
)
WHERE truth != ''`
