/**
 * Tells zod not to compile code as it runs: the content security policy forbids it, and zod would try to find out. Imported before
 * anything that has a schema.
 *
 * @module
 */
import { config } from "zod/mini";

config({ jitless: true });
