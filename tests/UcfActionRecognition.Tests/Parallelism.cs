// Fixtures run three at a time, since many wait for a program or the disk. [NonParallelizable] is for what looks at this process's memory, threads or
// children, or draws from torch's global generator; it has no effect on the cases of a single method with parameters.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
