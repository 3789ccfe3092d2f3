/** A process that holds a database file open without the engine. Arguments: (unused), the path. Says `{}` when it does. */
import { DuckDBInstance } from "@duckdb/node-api";

const instance = await DuckDBInstance.create(process.argv[3]);
await instance.connect();
process.stdout.write("{}\n");
process.stdin.on("end", () => process.exit(0)).resume();
