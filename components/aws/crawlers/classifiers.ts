import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import type { Classifier } from "./definition";

/** Glue's own words for {@link CsvClassifier.header}. */
const HEADER = { present: "PRESENT", absent: "ABSENT", detect: "UNKNOWN" } as const;

/**
 * Custom classifiers in the order in which Glue asks them, all before its own.
 *
 * @param name of the crawler, as names of classifiers are unique in an account and region.
 * @returns their names in Glue.
 */
export function createClassifiers(
  component: string,
  { names }: AwsContext,
  name: string,
  classifiers: readonly Classifier[],
  parent: pulumi.Resource,
): pulumi.Output<string>[] {
  return classifiers.map((classifier, at) => {
    const part = `${name}-${at + 1}-${classifier.format}`;
    return new aws.glue.Classifier(
      `${component}-${part}`,
      { name: names.of("classifier", part), ...definitionOf(classifier) },
      { parent },
    ).name;
  });
}

function definitionOf(classifier: Classifier): aws.glue.ClassifierArgs {
  switch (classifier.format) {
    case "csv": {
      const { delimiter = ",", quote = '"', header = "present", columns = [] } = classifier;
      return {
        csvClassifier: {
          delimiter,
          quoteSymbol: quote,
          containsHeader: HEADER[header],
          ...(columns.length > 0 && { headers: [...columns] }),
          serde: "OpenCSVSerDe",
        },
      };
    }
    case "json":
      return { jsonClassifier: { jsonPath: classifier.jsonPath } };
    case "xml":
      return {
        xmlClassifier: { classification: classifier.classification ?? "xml", rowTag: classifier.rowTag },
      };
    case "grok": {
      const custom = Object.entries(classifier.customPatterns ?? {});
      return {
        grokClassifier: {
          classification: classifier.classification,
          grokPattern: classifier.pattern,
          // One pattern a line: its name, a space, the expression.
          ...(custom.length > 0 && { customPatterns: custom.map((pair) => pair.join(" ")).join("\n") }),
        },
      };
    }
  }
}
