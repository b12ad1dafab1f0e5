// Fixtures marked [Parallelizable] run three at a time, before all others: those look at this process's memory, threads and children, or draw from
// torch's global generator. Three, since many wait for a program or the disk.
[assembly: LevelOfParallelism(3)]
