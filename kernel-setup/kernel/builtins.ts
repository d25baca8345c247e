// Node loads most of what it brings when it is first used. An interrupt in the middle of that leaves a module empty for the rest
// of the process (no `finally` runs then, so that Node takes it for one that is being loaded). So it is loaded before any cell
// runs. Left out are the modules that change how Node works, or warn,
// and those for the network, which read certificates.
import { builtinModules } from "node:module";

const OTHERWISE = /^(_|node:|domain$|repl$|cluster$|wasi$|punycode$|sys$|trace_events$|inspector|https?|tls$)/;

for (const name of builtinModules) if (!OTHERWISE.test(name)) require(name);
