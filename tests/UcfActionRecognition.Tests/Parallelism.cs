// Fixtures that only start programs and wait for them run two at a time, before all others: those look at this process's memory, threads and
// children, or compute on all cores themselves.
[assembly: LevelOfParallelism(2)]
