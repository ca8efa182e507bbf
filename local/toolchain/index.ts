/** What `npm ci` does not install: Python packages, Spark's jars; and a check of Java. */
export { checkJava } from "./java";
export { ensureJars } from "./jars";
export { ensurePython, PYTHON, pythonIsReady } from "./python";
