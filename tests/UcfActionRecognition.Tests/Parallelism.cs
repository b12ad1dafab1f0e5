// Fixtures that start programs and wait for them, or only compute, run two at a time, before all others: those look at this process's memory, threads and
// children, or draw from torch's global generator.
[assembly: LevelOfParallelism(2)]
