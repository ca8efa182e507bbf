/** The pack's process: serves the rules to the engine, or to `naru check`. */
import { serve } from "./serve";

serve();
