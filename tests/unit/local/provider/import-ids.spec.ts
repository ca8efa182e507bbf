import { expect } from "chai";
import type { LocalEndpoints } from "../../../../local/endpoints";
import { importedBy } from "../../../../local/provider/import-ids";

const ENDPOINTS = { region: "ap-northeast-2", accountId: "000000000000" } as LocalEndpoints;
const imported = (type: string, given: string) => importedBy(type, given, ENDPOINTS);

describe("ids to import by", () => {
  it("are the resource's own, or say what it belongs to", () => {
    expect(imported("aws:sqs/queue:Queue", "http://queue")).to.deep.equal({ id: "http://queue", inputs: {} });
    expect(imported("aws:apigateway/method:Method", "a1/b2/POST")).to.deep.equal({
      id: "agm-a1-b2-POST",
      inputs: { restApi: "a1", resourceId: "b2", httpMethod: "POST" },
    });
    expect(imported("aws:apigateway/deployment:Deployment", "a1/d2")).to.deep.equal({
      id: "d2",
      inputs: { restApi: "a1" },
    });
    expect(imported("aws:lambda/permission:Permission", "collector/allow")).to.deep.equal({
      id: "allow",
      inputs: { function: "collector", statementId: "allow" },
    });
    const arn = "arn:aws:kinesis:ap-northeast-2:000000000000:stream/one";
    expect(imported("aws:kinesis/stream:Stream", "one")).to.deep.equal({ id: arn, inputs: { name: "one" } });
    for (const given of ["one/a/b.txt", "s3://one/a/b.txt"]) {
      const object = { id: "one/a/b.txt", inputs: { bucket: "one", key: "a/b.txt" } };
      expect(imported("aws:s3/bucketObjectv2:BucketObjectv2", given)).to.deep.equal(object);
    }
    const cluster = "arn:aws:kafka:ap-northeast-2:000000000000:cluster/c/1";
    expect(imported("aws:msk/topic:Topic", `${cluster},t`).id).to.equal(
      `${cluster.replace("cluster", "topic")}/t`,
    );
  });

  it("of another form are refused with the one that the registry has", () => {
    expect(() => imported("aws:apigateway/stage:Stage", "a1")).to.throw(
      "it is imported by REST-API-ID/STAGE-NAME; a1 is no such id",
    );
    expect(() => imported("aws:kinesis/stream:Stream", "arn:aws:kinesis:r:1:stream/one")).to.throw("NAME");
  });
});
