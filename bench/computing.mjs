/** Loaded into an app that is measured: says how long its process has computed, whenever it is asked. */

process.on("message", () => process.send(process.cpuUsage()));
