/** What `npm ci` does not install: Python packages, jars; and a check of Java. */
export { checkJava, checkJavaForKafka, JAVA } from "./java";
export { ensureJars, type JarSet } from "./jars";
export { ensurePython, PYTHON, pythonIsReady } from "./python";
