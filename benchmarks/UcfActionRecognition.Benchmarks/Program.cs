using BenchmarkDotNet.Running;
using UcfActionRecognition.Benchmarks;

if (args is ["measure", ..])
{
    return MeasureCommand.Run(args[1..]);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
