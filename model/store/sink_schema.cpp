// Tables hold what the run wrote; views decode it. Big-endian blobs are decoded byte by byte with
// the table `byte`, so that no function beyond those of every sqlite3 shell is needed.
#include "model/store/sink_schema.h"

#include <string>
#include <string_view>

#include "model/cim/enumeration_tables.h"
#include "model/cim/state_graph.h"

namespace replsim::store {
namespace {

constexpr const char* tables = R"sql(
PRAGMA application_id = 0x52504C53;
PRAGMA user_version = 1;
CREATE TABLE run(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE checkpoint(number INTEGER PRIMARY KEY, events INTEGER NOT NULL,
  time_ns INTEGER NOT NULL, hash TEXT NOT NULL);
CREATE TABLE disk(id INTEGER PRIMARY KEY, array TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE image(id INTEGER PRIMARY KEY, disk INTEGER NOT NULL, area INTEGER NOT NULL,
  volume TEXT, block_bytes INTEGER, bytes INTEGER, gone INTEGER NOT NULL DEFAULT 0,
  UNIQUE(disk, area));
CREATE TABLE page(key INTEGER PRIMARY KEY, written INTEGER NOT NULL, stamps BLOB NOT NULL);
CREATE TABLE log(number INTEGER PRIMARY KEY, runs BLOB NOT NULL);
CREATE TABLE record(disk INTEGER NOT NULL, kind INTEGER NOT NULL, owner INTEGER NOT NULL,
  idx INTEGER NOT NULL, words BLOB NOT NULL, UNIQUE(disk, kind, owner, idx));
CREATE TABLE entity(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE event_kind(number INTEGER PRIMARY KEY, name TEXT NOT NULL, a TEXT, b TEXT, c TEXT);
CREATE TABLE event(number INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL, kind INTEGER NOT NULL,
  entity INTEGER NOT NULL, cause INTEGER NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL,
  c INTEGER NOT NULL);
CREATE INDEX event_by_kind ON event(kind, entity);
CREATE TABLE name(enumeration TEXT, number INTEGER, name TEXT NOT NULL,
  PRIMARY KEY(enumeration, number)) WITHOUT ROWID;
CREATE TABLE byte(value INTEGER PRIMARY KEY, hex TEXT NOT NULL UNIQUE);
)sql";

// Columns named `time` are seconds since the beginning with nine decimals, made of integers.
constexpr const char* trace_views = R"sql(
CREATE VIEW events AS
SELECT event.number,
  (event.time_ns / 1000000000) || '.' ||
    substr('00000000' || (event.time_ns % 1000000000), -9) AS time,
  coalesce(event_kind.name, event.kind) AS kind, entity.name AS entity, event.cause,
  trim(CASE WHEN event_kind.a <> '' THEN event_kind.a || '=' || event.a || ' ' ELSE '' END ||
    CASE WHEN event_kind.b <> '' THEN event_kind.b || '=' || event.b || ' ' ELSE '' END ||
    CASE WHEN event_kind.c <> '' THEN event_kind.c || '=' || event.c ELSE '' END) AS fields,
  event.time_ns
FROM event LEFT JOIN event_kind ON event_kind.number = event.kind
LEFT JOIN entity ON entity.id = event.entity
ORDER BY event.number;
CREATE VIEW relation_history AS
SELECT events.number, events.time, events.entity AS endpoint, event.c AS pair,
  coalesce(old.name, '-') AS copy_state_before, coalesce(new.name, '-') AS copy_state,
  coalesce(cause.name, event.cause) AS cause
FROM event JOIN events ON events.number = event.number
LEFT JOIN name AS old ON old.enumeration = 'CopyState' AND old.number = event.a
LEFT JOIN name AS new ON new.enumeration = 'CopyState' AND new.number = event.b
LEFT JOIN name AS cause ON cause.enumeration = 'Cause' AND cause.number = event.cause
WHERE event.kind = 100 ORDER BY event.number;
CREATE VIEW relations AS
SELECT endpoint.name AS endpoint, born.a AS pair,
  CASE born.b WHEN 1 THEN 'source' WHEN 2 THEN 'target' ELSE 'both' END AS role,
  volume.name AS volume,
  (SELECT copy_state FROM relation_history WHERE relation_history.endpoint = endpoint.name
    ORDER BY number DESC LIMIT 1) AS copy_state,
  (SELECT time FROM events WHERE events.number = born.number) AS born,
  (SELECT events.time FROM event AS gone JOIN events ON events.number = gone.number
    WHERE gone.kind = 102 AND gone.entity = born.entity AND gone.number > born.number
    ORDER BY gone.number LIMIT 1) AS gone
FROM event AS born JOIN entity AS endpoint ON endpoint.id = born.entity
LEFT JOIN entity AS volume ON volume.id = born.c
WHERE born.kind = 101 ORDER BY born.number;
CREATE VIEW jobs AS
SELECT job.name AS job, endpoint.name AS endpoint,
  coalesce(state.name, last.b) AS job_state, last.c >> 32 AS percent,
  (SELECT time FROM events WHERE events.number = span.first) AS started,
  (SELECT time FROM events WHERE events.number = span.last) AS changed
FROM (SELECT entity, min(number) AS first, max(number) AS last FROM event WHERE kind = 103
  GROUP BY entity) AS span
JOIN event AS last ON last.number = span.last
LEFT JOIN entity AS job ON job.id = span.entity
LEFT JOIN entity AS endpoint ON endpoint.id = (last.c & 4294967295) AND endpoint.id <> 0
LEFT JOIN name AS state ON state.enumeration = 'JobState' AND state.number = last.b
ORDER BY span.first;
)sql";

constexpr const char* image_views = R"sql(
CREATE VIEW volumes AS
SELECT image.volume, disk.array, disk.name AS disk, image.area, image.block_bytes, image.bytes,
  image.gone, coalesce((SELECT sum(written) FROM page
    WHERE page.key >= image.id << 40 AND page.key < (image.id + 1) << 40), 0) AS blocks_written
FROM image JOIN disk ON disk.id = image.disk ORDER BY disk.id, image.area;
CREATE VIEW blocks AS
WITH stored(image, lba, stamp) AS (
  SELECT page.key >> 40, ((page.key & 1099511627775) << 8) + byte.value,
    hex(substr(page.stamps, 1 + 8 * byte.value, 8))
  FROM page JOIN byte ON length(page.stamps) = 2048
  UNION ALL
  SELECT page.key >> 40, ((page.key & 1099511627775) << 8) + (SELECT value FROM byte AS position
      WHERE position.hex = hex(substr(page.stamps, 1 + 9 * byte.value, 1))),
    hex(substr(page.stamps, 2 + 9 * byte.value, 8))
  FROM page JOIN byte ON length(page.stamps) <> 2048 AND byte.value < length(page.stamps) / 9)
SELECT image.volume, disk.name AS disk, image.area, stored.lba,
  ((SELECT value FROM byte WHERE hex = substr(stored.stamp, 1, 2)) << 8) +
   (SELECT value FROM byte WHERE hex = substr(stored.stamp, 3, 2)) AS host,
  ((SELECT value FROM byte WHERE hex = substr(stored.stamp, 5, 2)) << 40) +
  ((SELECT value FROM byte WHERE hex = substr(stored.stamp, 7, 2)) << 32) +
  ((SELECT value FROM byte WHERE hex = substr(stored.stamp, 9, 2)) << 24) +
  ((SELECT value FROM byte WHERE hex = substr(stored.stamp, 11, 2)) << 16) +
  ((SELECT value FROM byte WHERE hex = substr(stored.stamp, 13, 2)) << 8) +
   (SELECT value FROM byte WHERE hex = substr(stored.stamp, 15, 2)) AS write,
  stored.stamp
FROM stored JOIN image ON image.id = stored.image JOIN disk ON disk.id = image.disk
WHERE stored.stamp <> '0000000000000000'
ORDER BY stored.image, stored.lba;
CREATE VIEW records AS
SELECT disk.array, disk.name AS disk, record.kind, record.owner, record.idx,
  length(record.words) / 8 - 3 AS payload_words, hex(substr(record.words, 25)) AS payload
FROM record JOIN disk ON disk.id = record.disk
ORDER BY record.disk, record.kind, record.owner, record.idx;
)sql";

void insert_names(Database& database, std::string_view title, const cim::Enumeration& values) {
  Statement insert(database, "INSERT INTO name VALUES(?1, ?2, ?3)");
  for (const cim::EnumValue& value : values.values) {
    insert.bind(1, title).bind(2, value.value).bind(3, value.name).execute();
  }
}

/// What makes a CopyState change: an operation, an event, or creation.
void insert_causes(Database& database) {
  constexpr cim::CauseCode creation = 200;
  Statement insert(database, "INSERT INTO name VALUES('Cause', ?1, ?2)");
  for (cim::CauseCode code = 1; code < creation; ++code) {
    const std::string_view text = cim::cause_name(code);
    if (!text.empty()) insert.bind(1, std::uint32_t{code}).bind(2, text).execute();
  }
  insert.bind(1, std::uint32_t{creation}).bind(2, std::string_view("creation")).execute();
}

void insert_bytes(Database& database) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  Statement insert(database, "INSERT INTO byte VALUES(?1, ?2)");
  for (std::uint64_t value = 0; value < 256; ++value) {
    const std::string hex{digits[value / 16], digits[value % 16]};
    insert.bind(1, value).bind(2, std::string_view(hex)).execute();
  }
}

}  // namespace

void create_schema(Database& database) {
  database.run(tables);
  database.run(trace_views);
  database.run(image_views);
  insert_names(database, "CopyState", cim::copy_state_enumeration);
  insert_names(database, "Operation", cim::operation_enumeration);
  insert_names(database, "JobState", cim::job_state_enumeration);
  insert_causes(database);
  insert_bytes(database);
}

}  // namespace replsim::store
