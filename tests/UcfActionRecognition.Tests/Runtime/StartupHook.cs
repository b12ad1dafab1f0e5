using System.Runtime.InteropServices;
using TorchSharp;
using UcfActionRecognition;
using UcfActionRecognition.Tests.Augmentation;
using UcfActionRecognition.Tests.Distributed;
using UcfActionRecognition.Tests.Evaluation;
using UcfActionRecognition.Tests.Files;
using UcfActionRecognition.Tests.Fuzzing;
using UcfActionRecognition.Tests.Runtime;
using UcfActionRecognition.Tests.Training;

/// <summary>
/// What a fresh process of <see cref="UcfActionRecognition.Tests.FreshProcess"/> runs: .NET calls a class of this name,
/// outside any namespace, in the assembly that DOTNET_STARTUP_HOOKS names.
/// </summary>
#pragma warning disable CA1050 // the runtime looks for it outside any namespace
internal static partial class StartupHook
#pragma warning restore CA1050
{
    public static void Initialize()
    {
        // A process that this one starts is not meant to run it again.
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        try
        {
            Run(Environment.GetEnvironmentVariable("UCF_TEST_ACTION")!);
            Environment.Exit(0);
        }
        catch (Exception error)
        {
            Console.WriteLine(error);
            Environment.Exit(3);
        }
    }

    private static void Run(string action)
    {
        switch (action)
        {
            case "load":
                TorchRuntime.Load();
                break;
            case "load in parallel":
                Parallel.For(0, 16, _ => TorchRuntime.Load());
                break;
            case "library first":
                _ = new ActionRecognitionException("any type of the library");
                break;
            case "torch alone":
                break;
            case "spin count":
                TorchRuntime.Load();
                Console.WriteLine($"GOMP_SPINCOUNT={Marshal.PtrToStringUTF8(GetNativeVariable("GOMP_SPINCOUNT"))}");
                break;
            case "resample":
                ResamplerPathTests.PrintChosenPath();
                return;
            case "resample in guarded memory":
                ResamplerPathTests.ResampleInGuardedMemory();
                return;
            case RetainedHeapTests.Action:
                RetainedHeapTests.PrintWhatStays();
                return;
            case FuzzChild.Action:
                FuzzChild.Run();
                return;
            case SystemLimitTests.Action:
                SystemLimitTests.PrintErrors();
                return;
            case FolderLockTests.HoldAction:
                FolderLockTests.Hold();
                return;
            case FolderLockTests.RaceAction:
                FolderLockTests.Race();
                return;
            case KilledTrainingTests.Action:
                KilledTrainingTests.Train();
                return;
            case ClipEvaluationTests.MemoryAction:
                ClipEvaluationTests.PrintMemory();
                return;
            case MpiProcessGroupTests.Action:
                MpiProcessGroupTests.Check();
                return;
            case MpiTrainingTests.Action:
                MpiTrainingTests.Train();
                return;
            default:
                throw new ArgumentException(action);
        }

        Console.WriteLine(Sum());
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetNativeVariable(string name);

    // Its own method: the caller has run by the time that torch is touched.
    private static long Sum()
    {
        using var numbers = torch.arange(5);
        using var sum = numbers.sum();
        return sum.ToInt64();
    }
}
