/** One server for all conformance tests on PostgreSQL; each queue has a schema of its own there. */
import type { TestProject } from "vitest/node";
import { testServer } from "./server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    readonly postgresUrl: string;
  }
}

/** Starts it before the tests; the function returned stops it after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await testServer();
  project.provide("postgresUrl", server.url);
  return () => server.stop();
}
