/** Runs steps in order, shows each with its time, and stops at the first that fails. */
import type { Run, Step } from "./run";

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 120;
/** A step that takes longer than this tells a file or a pipe how far it is, as often. */
const TELL_EVERY_MS = 30_000;

/** @throws what a step throws. */
export async function runSteps(steps: readonly Step[], run: Run, screen: Screen): Promise<void> {
  for (const [at, step] of steps.entries()) {
    const label = `[${String(at + 1).padStart(2)}/${steps.length}] ${step.title}`;
    const notes: string[] = [];
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    screen.begin(label);
    try {
      await step.run(run, {
        say: (text) => screen.progress(text),
        note: (text) => notes.push(...text.split("\n")),
      });
      screen.end("✔", seconds(), notes);
    } catch (error) {
      screen.end("✖", seconds(), notes);
      throw error;
    } finally {
      run.report.steps.push({ title: step.title, seconds: Math.round(seconds() * 100) / 100 });
    }
  }
}

/** Where steps are shown. */
export interface Screen {
  begin(label: string): void;
  progress(text: string): void;
  end(mark: "✔" | "✖", seconds: number, notes: readonly string[]): void;
}

/** A terminal gets one living line for the step that runs; a file or a pipe gets what stays, and a line now and then. */
export function screenFor(stream: NodeJS.WriteStream, quiet: boolean): Screen {
  if (quiet) return { begin: () => {}, progress: () => {}, end: () => {} };
  return stream.isTTY ? new TerminalScreen(stream) : new PlainScreen(stream);
}

class PlainScreen implements Screen {
  protected label = "";
  private toldAt = 0;

  constructor(protected readonly stream: NodeJS.WriteStream) {}

  begin(label: string): void {
    this.label = label;
    this.toldAt = Date.now();
  }

  progress(text: string): void {
    if (Date.now() - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = Date.now();
    this.stream.write(`… ${this.label}: ${text}\n`);
  }

  end(mark: string, seconds: number, notes: readonly string[]): void {
    this.stream.write(`${mark} ${this.label}  ${seconds.toFixed(1)} s\n`);
    for (const note of notes) this.stream.write(`          ${note}\n`);
  }
}

class TerminalScreen extends PlainScreen {
  private timer: NodeJS.Timeout | undefined;
  private text = "";
  private frame = 0;

  override begin(label: string): void {
    super.begin(label);
    this.text = "";
    const started = Date.now();
    this.timer = setInterval(() => this.draw(Math.round((Date.now() - started) / 1000)), FRAME_MS);
  }

  override progress(text: string): void {
    this.text = text;
  }

  override end(mark: string, seconds: number, notes: readonly string[]): void {
    clearInterval(this.timer);
    this.clear();
    super.end(mark, seconds, notes);
  }

  private draw(seconds: number): void {
    this.frame = (this.frame + 1) % SPINNER.length;
    const line = `${SPINNER[this.frame]} ${this.label}${this.text === "" ? "" : `: ${this.text}`}  ${seconds} s`;
    this.clear();
    this.stream.write(line.slice(0, this.stream.columns - 1));
  }

  private clear(): void {
    this.stream.write("\r\u001b[2K");
  }
}
