"""Crawlers: what they make of files, under which rights, and what Athena then reads."""

from __future__ import annotations

import json
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Cloud, wait_for

BUCKET = "crawl-lake"
RESULTS = "crawl-results"

RATINGS = "rating_id,course,stars,price,checked\n1,국어,5,1.5,true\n2,수학,,2,false\n"


def glue(cloud: Cloud, credentials: dict[str, str] | None = None):
    given = credentials or {"AccessKeyId": "test", "SecretAccessKey": "test"}
    return boto3.client(
        "glue",
        region_name=REGION,
        endpoint_url=cloud.own,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given.get("SessionToken"),
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="module")
def lake(cloud: Cloud) -> Cloud:
    for bucket in (BUCKET, RESULTS):
        cloud.client("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    return cloud


def put(cloud: Cloud, key: str, body: str | bytes) -> None:
    given = body if isinstance(body, bytes) else body.encode()
    cloud.client("s3").put_object(Bucket=BUCKET, Key=key, Body=given)


def make(cloud: Cloud, name: str, *, folder: str | None = None, **more: object) -> str:
    """A crawler of `<name>/` with a database and a role that may read the folder and write the database."""
    folder = folder or f"{name}/"
    database = f"crawled_{name}"
    glue(cloud).create_database(DatabaseInput={"Name": database})
    catalogue = [
        f"arn:aws:glue:{REGION}:{ACCOUNT}:{what}"
        for what in ("catalog", f"database/{database}", f"table/{database}/*")
    ]
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:crawl-{name}"
    role = cloud.role(
        f"crawler-{name}",
        "glue.amazonaws.com",
        [
            (["s3:ListBucket"], [f"arn:aws:s3:::{BUCKET}"]),
            (["s3:GetObject"], [f"arn:aws:s3:::{BUCKET}/{name}/*"]),
            (
                [
                    "glue:GetTables",
                    "glue:CreateTable",
                    "glue:UpdateTable",
                    "glue:GetPartitions",
                    "glue:BatchCreatePartition",
                ],
                catalogue,
            ),
            (["sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:DeleteMessage"], [queue]),
        ],
    )
    given = {"DeleteBehavior": "LOG", "UpdateBehavior": "UPDATE_IN_DATABASE"}
    target = {"Path": f"s3://{BUCKET}/{folder}", **more.pop("target", {})}  # type: ignore[dict-item]
    glue(cloud).create_crawler(
        Name=name,
        Role=role,
        DatabaseName=database,
        Targets={"S3Targets": [target]},
        **{"SchemaChangePolicy": given, **more},
    )
    return database


def run(cloud: Cloud, name: str) -> dict:
    """Starts a crawler and waits for its end."""
    glue(cloud).start_crawler(Name=name)
    wait_for(lambda: glue(cloud).get_crawler(Name=name)["Crawler"]["State"] == "READY")
    return glue(cloud).get_crawler(Name=name)["Crawler"]["LastCrawl"]


def tables(cloud: Cloud, database: str) -> dict[str, dict]:
    return {table["Name"]: table for table in glue(cloud).get_tables(DatabaseName=database)["TableList"]}


def columns(table: dict) -> dict[str, str]:
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}


def ask(cloud: Cloud, sql: str) -> list[list[str]]:
    athena = cloud.client("athena")
    query = athena.start_query_execution(
        QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{RESULTS}/"}
    )["QueryExecutionId"]

    def ended() -> object:
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        return status if status["State"] in ("SUCCEEDED", "FAILED") else None

    status = wait_for(ended)
    assert status["State"] == "SUCCEEDED", status  # type: ignore[index]
    rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    return [[cell.get("VarCharValue", "") for cell in row["Data"]] for row in rows[1:]]


def csv_classifier(cloud: Cloud, name: str, **more: object) -> str:
    given = {"Name": name, "Delimiter": ",", "QuoteSymbol": '"', "ContainsHeader": "PRESENT", **more}
    glue(cloud).create_classifier(CsvClassifier=given)
    return name


def test_csv_becomes_a_table_that_athena_reads(lake: Cloud) -> None:
    put(lake, "ratings/dt=2026-03-01/a.csv", RATINGS)
    put(lake, "ratings/dt=2026-03-02/b.csv", RATINGS.replace("\n2,", "\n3,"))
    database = make(lake, "ratings")
    assert run(lake, "ratings")["Status"] == "SUCCEEDED"
    (table,) = tables(lake, database).values()
    assert table["Name"] == "ratings"
    assert columns(table) == {
        "rating_id": "bigint",
        "course": "string",
        "stars": "bigint",
        "price": "double",
        "checked": "boolean",
    }
    assert table["PartitionKeys"][0]["Name"] == "dt"
    assert table["Parameters"]["skip.header.line.count"] == "1"
    assert table["Parameters"]["UPDATED_BY_CRAWLER"] == "ratings"
    found = ask(lake, f"SELECT course, price FROM {database}.ratings WHERE dt = '2026-03-02' ORDER BY 2")
    assert found == [["국어", "1.5"], ["수학", "2.0"]]


def test_a_second_run_adds_partitions_and_tells_what_changed(lake: Cloud) -> None:
    put(lake, "visits/dt=2026-03-01/a.csv", RATINGS)
    database = make(lake, "visits")
    run(lake, "visits")
    put(lake, "visits/dt=2026-03-02/a.csv", RATINGS.replace(",price", ",amount"))
    run(lake, "visits")
    partitions = glue(lake).get_partitions(DatabaseName=database, TableName="visits")["Partitions"]
    assert sorted(partition["Values"][0] for partition in partitions) == ["2026-03-01", "2026-03-02"]
    (metrics,) = glue(lake).get_crawler_metrics(CrawlerNameList=["visits"])["CrawlerMetricsList"]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (0, 1)
    assert "amount" in columns(tables(lake, database)["visits"])
    run(lake, "visits")
    (metrics,) = glue(lake).get_crawler_metrics(CrawlerNameList=["visits"])["CrawlerMetricsList"]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (0, 0)


def test_a_policy_that_logs_leaves_columns_as_they_are(lake: Cloud) -> None:
    put(lake, "kept/a.csv", RATINGS)
    policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    database = make(lake, "kept", SchemaChangePolicy=policy)
    run(lake, "kept")
    put(lake, "kept/a.csv", RATINGS.replace("price", "amount"))
    assert run(lake, "kept")["Status"] == "SUCCEEDED"
    assert "price" in columns(tables(lake, database)["kept"])


def test_unlike_folders_are_tables_of_their_own(lake: Cloud) -> None:
    put(lake, "mixed/artists/a.csv", "artist_id,name,followers\nx,가수,10\ny,밴드,20\n")
    put(lake, "mixed/plays/p.jsonl", '{"Play": 1, "at": {"ms": 5, "tag": ["a"]}}\n{"play": 3000000000}\n')
    put(lake, "mixed/_tmp/half.csv", "no,table\n1,2\n")
    put(lake, "mixed/logs/skip.tmp", "a,b\n1,2\n2,3\n")
    database = make(lake, "mixed", TablePrefix="m_", target={"Exclusions": ["**.tmp"]})
    assert run(lake, "mixed")["Status"] == "SUCCEEDED"
    found = tables(lake, database)
    assert set(found) == {"m_artists", "m_plays"}
    assert columns(found["m_plays"]) == {"play": "bigint", "at": "struct<ms:int,tag:array<string>>"}
    assert ask(lake, f"SELECT sum(followers) FROM {database}.m_artists") == [["30"]]
    assert ask(lake, f"SELECT at.ms FROM {database}.m_plays WHERE play = 1") == [["5"]]


def test_parquet_says_itself_what_it_holds(lake: Cloud, tmp_path) -> None:
    import duckdb

    path = tmp_path / "x.parquet"
    duckdb.sql(
        "SELECT 1::BIGINT AS id, 1.20::DECIMAL(10,2) AS price, DATE '2026-03-01' AS day, ['a'] AS tags"
    ).write_parquet(str(path))
    put(lake, "typed/x.parquet", path.read_bytes())
    database = make(lake, "typed")
    run(lake, "typed")
    (table,) = tables(lake, database).values()
    assert columns(table) == {
        "id": "bigint",
        "price": "decimal(10,2)",
        "day": "date",
        "tags": "array<string>",
    }
    assert ask(lake, f"SELECT price FROM {database}.typed") == [["1.20"]]


def test_custom_classifiers_come_first_and_in_their_order(lake: Cloud) -> None:
    put(lake, "quoted/a.csv", '이름;메모\n"가수, 밴드";"둘 다"\n')
    never = csv_classifier(lake, "comma")
    semicolon = csv_classifier(lake, "semicolon", Delimiter=";", Header=["name", "note"])
    database = make(lake, "quoted", Classifiers=[semicolon, never])
    run(lake, "quoted")
    (table,) = tables(lake, database).values()
    assert columns(table) == {"name": "string", "note": "string"}
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("OpenCSVSerde")
    assert ask(lake, f"SELECT name, note FROM {database}.quoted") == [["가수, 밴드", "둘 다"]]


def test_rows_below_a_path_of_json(lake: Cloud) -> None:
    put(lake, "nested/a.json", json.dumps({"rows": [{"id": 1}, {"id": 2.5, "name": None}]}))
    glue(lake).create_classifier(JsonClassifier={"Name": "rows", "JsonPath": "$.rows[*]"})
    database = make(lake, "nested", Classifiers=["rows"])
    run(lake, "nested")
    (table,) = tables(lake, database).values()
    assert columns(table) == {"id": "double", "name": "string"}


def test_text_without_a_typed_column_has_no_header_of_its_own(lake: Cloud) -> None:
    put(lake, "words/a.csv", "course,room\nmath,east\n")
    database = make(lake, "words")
    run(lake, "words")
    assert columns(tables(lake, database)["words"]) == {"col0": "string", "col1": "string"}


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("cp949", "학번,이름\n1,가수\n".encode("cp949"), "not UTF-8"),
        ("zipped", b"\x1f\x8b\x08\x00", "compressed by gzip"),
    ],
)
def test_files_that_would_be_read_wrongly_fail_the_run(
    lake: Cloud, name: str, body: bytes, reason: str
) -> None:
    put(lake, f"{name}/a.csv", body)
    database = make(lake, name)
    last = run(lake, name)
    assert last["Status"] == "FAILED"
    assert reason in last["ErrorMessage"]
    assert tables(lake, database) == {}


def test_a_classifier_without_an_engine_says_so(lake: Cloud) -> None:
    put(lake, "grokked/a.log", "INFO started\nWARN late\n")
    glue(lake).create_classifier(
        GrokClassifier={"Name": "levels", "Classification": "log", "GrokPattern": "%{WORD:level} %{DATA:m}"}
    )
    make(lake, "grokked", Classifiers=["levels"])
    last = run(lake, "grokked")
    assert last["Status"] == "FAILED"
    assert "GrokClassifier is not available locally" in last["ErrorMessage"]


def test_the_role_decides_what_is_read(lake: Cloud) -> None:
    put(lake, "foreign/a.csv", RATINGS)
    database = make(lake, "outside", folder="foreign/")
    last = run(lake, "outside")
    assert last["Status"] == "FAILED"
    assert last["ErrorMessage"] == "AccessDenied at GetObject"
    assert tables(lake, database) == {}


def test_a_crawl_by_events_looks_again_only_when_told(lake: Cloud) -> None:
    queue = lake.client("sqs").create_queue(QueueName="crawl-told")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:crawl-told"
    put(lake, "told/a/x.csv", RATINGS)
    mode = {"RecrawlBehavior": "CRAWL_EVENT_MODE"}
    database = make(lake, "told", RecrawlPolicy=mode, target={"EventQueueArn": arn})
    run(lake, "told")
    assert set(tables(lake, database)) == {"told"}
    put(lake, "told/b/x.csv", RATINGS)
    run(lake, "told")
    keys = {"DatabaseName": database, "TableName": "told"}
    assert len(glue(lake).get_partitions(**keys)["Partitions"]) == 1
    event = {"Records": [{"s3": {"bucket": {"name": BUCKET}, "object": {"key": "told/b/x.csv"}}}]}
    lake.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    run(lake, "told")
    assert len(glue(lake).get_partitions(**keys)["Partitions"]) == 2
    assert "Messages" not in lake.client("sqs").receive_message(QueueUrl=queue)


def test_starting_needs_the_right_and_a_crawler_that_is_not_running(lake: Cloud) -> None:
    put(lake, "rights/a.csv", RATINGS)
    make(lake, "rights")
    allowed = f"arn:aws:glue:{REGION}:{ACCOUNT}:crawler/rights"
    session = lake.assume(lake.role("starter", "lambda.amazonaws.com", [(["glue:StartCrawler"], [allowed])]))
    with pytest.raises(ClientError, match="AccessDenied"):
        glue(lake, session).start_crawler(Name="ratings")
    glue(lake, session).start_crawler(Name="rights")
    time.sleep(0.05)
    wait_for(lambda: glue(lake).get_crawler(Name="rights")["Crawler"]["State"] == "READY")
    with pytest.raises(ClientError, match="EntityNotFound"):
        glue(lake).start_crawler(Name="nobody")
    with pytest.raises(ClientError, match="CrawlerNotRunning"):
        glue(lake).stop_crawler(Name="rights")


def test_a_crawler_takes_a_role_that_trusts_glue(lake: Cloud) -> None:
    role = lake.role("no-crawler", "lambda.amazonaws.com", [(["s3:ListBucket"], ["*"])])
    with pytest.raises(ClientError, match="add glue.amazonaws.com as a service"):
        glue(lake).create_crawler(
            Name="untrusted",
            Role=role,
            DatabaseName="none",
            Targets={"S3Targets": [{"Path": f"s3://{BUCKET}/x/"}]},
        )


@pytest.mark.parametrize(
    ("behaviour", "kept"), [("DEPRECATE_IN_DATABASE", True), ("DELETE_FROM_DATABASE", False)]
)
def test_a_table_without_files_goes_as_the_policy_says(lake: Cloud, behaviour: str, kept: bool) -> None:
    name = behaviour.partition("_")[0].lower()
    put(lake, f"{name}/old/a.csv", RATINGS)
    put(lake, f"{name}/new/b.csv", "song,length\nx,1.5\ny,2.5\n")
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": behaviour}
    database = make(lake, name, SchemaChangePolicy=policy)
    rights = {"Effect": "Allow", "Action": "glue:DeleteTable", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [rights]})
    lake.client("iam").put_role_policy(
        RoleName=f"crawler-{name}", PolicyName="removing", PolicyDocument=document
    )
    run(lake, name)
    assert set(tables(lake, database)) == {"old", "new"}
    lake.client("s3").delete_object(Bucket=BUCKET, Key=f"{name}/old/a.csv")
    put(lake, f"{name}/other/c.jsonl", '{"id": 1}\n')
    assert run(lake, name)["Status"] == "SUCCEEDED"
    found = tables(lake, database)
    assert set(found) == {"new", "other"} | ({"old"} if kept else set())
    assert not kept or found["old"]["Parameters"]["DEPRECATED_BY_CRAWLER"] == name


def test_folders_without_names_are_numbered_partitions_and_one_table_takes_unlike_files(lake: Cloud) -> None:
    put(lake, "shops/seoul/a.csv", RATINGS)
    put(lake, "shops/busan/a.csv", RATINGS.replace("course,stars", "subject,points"))
    grouping = {"Version": 1.0, "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}
    database = make(lake, "shops", Configuration=json.dumps(grouping))
    run(lake, "shops")
    (table,) = tables(lake, database).values()
    assert table["PartitionKeys"] == [{"Name": "partition_0", "Type": "string"}]
    assert {"course", "subject", "stars", "points"} <= set(columns(table))
