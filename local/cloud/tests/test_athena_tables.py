"""Athena: external tables over CSV, JSON and Hive's folders, and statements prepared with parameters."""

from __future__ import annotations

import json

import pytest
from conftest import REGION, Cloud
from test_athena import reason, rows, run

LAKE, RESULTS, ELSEWHERE = "ft-lake", "ft-results", "ft-elsewhere"
GROUP = "tables"
JSON = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
RUNS = [
    {
        "run": name,
        "Rows": {"read": 5, "written": written},
        "sources": [{"zone": "raw", "versionId": "v1"}, {"zone": "landing", "versionId": None}],
        "labels": {"Owner": "lms"},
    }
    for name, written in (("r1", 4), ("r2", 5))
]
CALENDAR = "term,week,starts\n2026-1,1,2026-03-02\n2026-1,,soon\n2026-2,,\n\\N,3\n"


@pytest.fixture(scope="module")
def lake(cloud: Cloud) -> Cloud:
    """Objects in several formats, a database and a workgroup."""
    s3, athena = cloud.client("s3"), cloud.client("athena")
    for bucket in (LAKE, RESULTS, ELSEWHERE):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for each in RUNS:
        s3.put_object(Bucket=LAKE, Key=f"runs/{each['run']}.json", Body=json.dumps(each).encode())
    s3.put_object(Bucket=LAKE, Key="broken/a.json", Body=b'{"run": "r1"}\n{"run": "secret"\n')
    s3.put_object(Bucket=LAKE, Key="calendar/a.csv", Body=CALENDAR.encode())
    cloud.client("glue").create_database(DatabaseInput={"Name": "ft"})
    athena.create_work_group(
        Name=GROUP,
        Configuration={
            "EnforceWorkGroupConfiguration": False,
            "ResultConfiguration": {"OutputLocation": f"s3://{RESULTS}/"},
        },
    )
    return cloud


def ask(lake: Cloud, sql: str, **more: object) -> list[list[str | None]]:
    """Rows of a statement that must succeed."""
    return rows(lake, sql, workgroup=GROUP, **more)


def refused(lake: Cloud, sql: str, **more: object) -> str:
    """Why a statement failed."""
    return reason(lake, sql, workgroup=GROUP, **more)


def done(lake: Cloud, sql: str, **more: object) -> None:
    """Runs a statement for its effect."""
    status = run(lake, sql, workgroup=GROUP, **more)["Status"]
    assert status["State"] == "SUCCEEDED", status.get("StateChangeReason")


def test_json_with_nested_types_is_read_whatever_the_case_of_its_keys(lake: Cloud) -> None:
    done(
        lake,
        "CREATE EXTERNAL TABLE ft.runs (run string, `rows` struct<read:bigint,written:bigint>, "
        "sources array<struct<zone:string,versionid:string>>, labels map<string,string>, owner string) "
        f"{JSON} WITH SERDEPROPERTIES ('mapping.owner' = 'Labels_Owner') LOCATION 's3://{LAKE}/runs/'",
    )
    assert ask(
        lake, "SELECT run, rows.written, labels['Owner'], cardinality(sources) FROM ft.runs ORDER BY 1"
    ) == [
        ["r1", "4", "lms", "2"],
        ["r2", "5", "lms", "2"],
    ]
    element = (
        "SELECT run, s.zone, s.versionid FROM ft.runs CROSS JOIN UNNEST(sources) AS t(s) WHERE run = 'r1'"
    )
    fields = "SELECT run, zone, v FROM ft.runs CROSS JOIN UNNEST(sources) AS t(zone, v) WHERE run = 'r1'"
    wanted = [["r1", "landing", None], ["r1", "raw", "v1"]]
    assert ask(lake, f"{element} ORDER BY 2") == wanted
    assert ask(lake, f"{fields} ORDER BY 2") == wanted
    assert ask(lake, "SELECT k, v FROM ft.runs CROSS JOIN UNNEST(labels) AS t(k, v) WHERE run = 'r1'") == [
        ["Owner", "lms"]
    ]
    side = "SELECT a, b FROM (SELECT ARRAY[1, 2] AS p, ARRAY['x'] AS q) CROSS JOIN UNNEST(p, q) AS t(a, b)"
    assert ask(lake, f"{side} ORDER BY 1") == [["1", "x"], ["2", None]]


def test_a_column_may_be_mapped_to_another_key_of_the_json(lake: Cloud) -> None:
    done(
        lake,
        f"CREATE EXTERNAL TABLE ft.mapped (name string) {JSON} "
        f"WITH SERDEPROPERTIES ('mapping.name' = 'run') LOCATION 's3://{LAKE}/runs/'",
    )
    assert ask(lake, "SELECT name FROM ft.mapped ORDER BY 1") == [["r1"], ["r2"]]


def test_a_line_that_is_no_json_fails_without_its_text_or_is_a_row_of_nulls(lake: Cloud) -> None:
    for name, properties in (
        ("strict", ""),
        ("lenient", "WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')"),
    ):
        done(
            lake,
            f"CREATE EXTERNAL TABLE ft.{name} (run string) {JSON} {properties} LOCATION 's3://{LAKE}/broken/'",
        )
    why = refused(lake, "SELECT * FROM ft.strict")
    assert why.startswith("HIVE_CURSOR_ERROR: Row is not a valid JSON Object")
    assert "secret" not in why
    assert ask(lake, "SELECT run FROM ft.lenient ORDER BY run") == [["r1"], [None]]


def test_delimited_text_has_null_where_a_value_does_not_fit(lake: Cloud) -> None:
    tables = {
        "delimited": "ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' STORED AS TEXTFILE",
        "lazy": (
            "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' "
            "WITH SERDEPROPERTIES ('field.delim' = ',')"
        ),
    }
    for name, form in tables.items():
        done(
            lake,
            f"CREATE EXTERNAL TABLE ft.{name} (term string, week int, starts date) {form} "
            f"LOCATION 's3://{LAKE}/calendar/' TBLPROPERTIES ('skip.header.line.count' = '1')",
        )
        assert ask(lake, f"SELECT * FROM ft.{name} ORDER BY starts NULLS LAST, term, week") == [
            ["2026-1", "1", "2026-03-02"],
            ["2026-1", None, None],
            ["2026-2", None, None],
            [None, "3", None],
        ]


def test_an_empty_string_in_opencsv_is_no_null(lake: Cloud) -> None:
    done(
        lake,
        "CREATE EXTERNAL TABLE ft.quoted (term string, week string, starts string) "
        "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' "
        f"LOCATION 's3://{LAKE}/calendar/' TBLPROPERTIES ('skip.header.line.count' = '1')",
    )
    assert ask(lake, "SELECT week, starts FROM ft.quoted WHERE term = '2026-2'") == [["", ""]]


def test_a_table_of_a_format_that_is_not_read_here_is_kept_and_its_query_refused(lake: Cloud) -> None:
    unread = "CREATE EXTERNAL TABLE ft.log (a string) ROW FORMAT SERDE 'com.amazonaws.glue.serde.GrokSerDe' "
    done(lake, f"{unread} LOCATION 's3://{LAKE}/log/'")
    assert refused(lake, "SELECT * FROM ft.log") == (
        "NOT_SUPPORTED: table ft.log uses com.amazonaws.glue.serde.GrokSerDe; Parquet, ORC, CSV, text and JSON can be read "
        "locally"
    )
    classes = "INPUTFORMAT 'org.x.In' OUTPUTFORMAT 'org.x.Out'"
    done(lake, f"CREATE EXTERNAL TABLE ft.own (a string) STORED AS {classes} LOCATION 's3://{LAKE}/own/'")
    own = lake.client("glue").get_table(DatabaseName="ft", Name="own")["Table"]["StorageDescriptor"]
    assert (own["InputFormat"], own["OutputFormat"]) == ("org.x.In", "org.x.Out")
    avro = f"CREATE EXTERNAL TABLE ft.no (a string) STORED AS AVRO LOCATION 's3://{LAKE}/no/'"
    assert "STORED AS AVRO is not available locally; use PARQUET" in refused(lake, avro)


def test_msck_makes_hive_folders_of_nested_rows_queryable_once(lake: Cloud) -> None:
    folder = f"s3://{LAKE}/weeks/"
    done(
        lake,
        "CREATE TABLE ft.weeks WITH (format = 'PARQUET', parquet_compression = 'SNAPPY', "
        f"external_location = '{folder}', partitioned_by = ARRAY['dt']) AS "
        "SELECT * FROM (VALUES ('c1', CAST(ROW(1, 'x') AS ROW(n integer, s varchar)), ARRAY['a', 'b'], '2026-03-02'), "
        "('c2', CAST(ROW(2, 'y') AS ROW(n integer, s varchar)), ARRAY['c'], '2026-03-09')) AS t(course, r, ids, dt)",
    )
    done(
        lake,
        "CREATE EXTERNAL TABLE ft.found (course string, r struct<n:int,s:string>, ids array<string>) "
        f"PARTITIONED BY (dt string) STORED AS PARQUET LOCATION '{folder}'",
    )
    assert ask(lake, "SELECT count(*) FROM ft.found") == [["0"]]
    assert ask(lake, "MSCK REPAIR TABLE `ft`.`found`") == [
        ["Repair: Added partition to metastore found:dt=2026-03-02"],
        ["Repair: Added partition to metastore found:dt=2026-03-09"],
    ]
    assert ask(lake, "SELECT course, r.s, cardinality(ids) FROM ft.found WHERE dt = '2026-03-02'") == [
        ["c1", "x", "2"]
    ]
    assert ask(lake, "MSCK REPAIR TABLE ft.found") == []
    assert ask(lake, "SHOW PARTITIONS ft.found") == [["dt=2026-03-02"], ["dt=2026-03-09"]]


def test_msck_leaves_a_table_without_partition_keys_alone(lake: Cloud) -> None:
    done(lake, f"CREATE EXTERNAL TABLE ft.flat (a string) STORED AS PARQUET LOCATION 's3://{LAKE}/weeks/'")
    assert ask(lake, "MSCK REPAIR TABLE ft.flat") == []
    assert lake.client("glue").get_partitions(DatabaseName="ft", TableName="flat")["Partitions"] == []
    done(lake, "DROP TABLE `ft.flat`")
    assert refused(lake, "DROP TABLE ft.flat") == "FAILED: SemanticException Table not found ft.flat"


def test_values_go_to_their_places_in_the_order_of_the_text(lake: Cloud) -> None:
    done(lake, "PREPARE placed FROM SELECT ? AS a, 5 -? AS b WHERE ? IN (SELECT ?)")
    assert ask(lake, "EXECUTE placed USING '?', -2, 'x', 'x'")[-1] == ["?", "7"]
    # As the AWS CLI hands them over, beside the statement.
    assert ask(lake, "EXECUTE placed", ExecutionParameters=["1", "2", "'x'", "'x'"])[-1] == ["1", "3"]
    assert "expected 4 but found 1" in refused(lake, "EXECUTE placed USING 1")
    wrong = refused(lake, "SELECT ?", ExecutionParameters=["secret person"])
    assert wrong == "SYNTAX_ERROR: parameter 1 is no SQL literal; strings want single quotes: '2026-03-02'"
    done(lake, "DEALLOCATE PREPARE placed")
    assert (
        refused(lake, "EXECUTE placed USING 1")
        == f"PreparedStatement placed was not found in workGroup {GROUP}"
    )


def test_prepared_statements_write_where_they_are_asked_to(lake: Cloud) -> None:
    done(lake, "PREPARE made FROM CREATE TABLE ft.made AS SELECT ? AS a")
    done(lake, "EXECUTE made USING 'x'")
    assert ask(lake, "SELECT * FROM ft.made") == [["x"]]
    done(
        lake,
        f"UNLOAD (SELECT ? AS a) TO 's3://{LAKE}/out/' WITH (format = 'PARQUET')",
        ExecutionParameters=["1"],
    )
    assert len(lake.keys(LAKE, "out/")) == 1


def test_statements_are_prepared_and_run_by_the_callers_rights(lake: Cloud) -> None:
    group = [f"arn:aws:athena:{REGION}:000000000000:workgroup/{GROUP}"]
    results = [(["s3:GetObject", "s3:PutObject"], [f"arn:aws:s3:::{RESULTS}/*"])]
    reads = ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"]
    done(lake, "PREPARE shared FROM SELECT ? AS a")

    def client(name: str, actions: list[str]) -> object:
        role = lake.role(name, "athena.amazonaws.com", [([*reads, *actions], group), *results])
        return lake.client("athena", lake.assume(role))

    reader = client("ft-reader", ["athena:GetPreparedStatement"])
    other = client("ft-other", [])
    assert (
        run(lake, "EXECUTE shared USING 1", workgroup=GROUP, client=reader)["Status"]["State"] == "SUCCEEDED"
    )
    for sql, who, right in (
        ("EXECUTE shared USING 1", other, "athena:GetPreparedStatement"),
        ("PREPARE mine FROM SELECT 1", reader, "athena:CreatePreparedStatement"),
        ("PREPARE shared FROM SELECT 1", reader, "athena:UpdatePreparedStatement"),
        ("DEALLOCATE PREPARE shared", reader, "athena:DeletePreparedStatement"),
    ):
        why = refused(lake, sql, client=who)
        assert why.startswith("Insufficient permissions to execute the query."), sql
        assert right in why


def test_ctas_lands_only_where_the_role_writes(lake: Cloud) -> None:
    writer = lake.client(
        "athena",
        lake.assume(
            lake.role(
                "ft-writer",
                "athena.amazonaws.com",
                [
                    (["athena:*"], [f"arn:aws:athena:{REGION}:000000000000:workgroup/{GROUP}"]),
                    (["glue:GetTable", "glue:CreateTable"], ["*"]),
                    (["s3:ListBucket"], [f"arn:aws:s3:::{name}" for name in (LAKE, ELSEWHERE)]),
                    (["s3:GetObject", "s3:PutObject"], [f"arn:aws:s3:::{n}/*" for n in (LAKE, RESULTS)]),
                ],
            )
        ),
    )
    ctas = "CREATE TABLE ft.{name} WITH (format = 'PARQUET', external_location = 's3://{bucket}/{name}/') AS SELECT 1 AS a"
    done(lake, ctas.format(name="allowed", bucket=LAKE), client=writer)
    why = refused(lake, ctas.format(name="denied", bucket=ELSEWHERE), client=writer)
    assert why.startswith(f"PERMISSION_DENIED: Access Denied when writing s3://{ELSEWHERE}/denied/")
    assert lake.keys(ELSEWHERE) == []
    assert refused(lake, "SELECT * FROM ft.denied").startswith("TABLE_NOT_FOUND")


def test_lists_of_queries_are_read_by_the_rights_on_their_workgroup(lake: Cloud) -> None:
    athena = lake.client("athena")
    given = {"Name": "kept", "Database": "ft", "QueryString": "SELECT 1"}
    own = athena.create_named_query(**given, WorkGroup=GROUP)["NamedQueryId"]
    foreign = athena.create_named_query(**given, WorkGroup="primary")["NamedQueryId"]
    ran = run(lake, "SELECT 1", workgroup=GROUP)["QueryExecutionId"]
    group = [f"arn:aws:athena:{REGION}:000000000000:workgroup/{GROUP}"]
    actions = ["athena:BatchGetNamedQuery", "athena:BatchGetQueryExecution"]
    reader = lake.client(
        "athena", lake.assume(lake.role("ft-lister", "athena.amazonaws.com", [(actions, group)]))
    )
    assert len(reader.batch_get_named_query(NamedQueryIds=[own])["NamedQueries"]) == 1
    assert len(reader.batch_get_query_execution(QueryExecutionIds=[ran])["QueryExecutions"]) == 1
    for ids in ([foreign], [own, foreign]):
        with pytest.raises(reader.exceptions.ClientError, match="athena:BatchGetNamedQuery"):
            reader.batch_get_named_query(NamedQueryIds=ids)
