using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>The native part of TorchSharp: the library LibTorchSharp and libtorch under it.</summary>
/// <remarks>
/// The types of this library load it by themselves. On Linux machines whose libstdc++ is older than GCC 13's (Debian 12,
/// Ubuntu 22.04) the plain load of TorchSharp 0.107 fails; this library then loads a corrected private copy of the one
/// file concerned. See docs/decisions/0001-native-load.md. On Linux it also has libtorch's threads spin for a shorter time while they wait,
/// unless GOMP_SPINCOUNT or OMP_WAIT_POLICY is set.
/// </remarks>
public static class TorchRuntime
{
    private const string LibraryName = "LibTorchSharp";

    private static readonly Lock Gate = new();
    private static nint _ownLoad;
    private static bool _loaded;

    /// <summary>
    /// Loads TorchSharp's native libraries. Programs that touch <c>torch</c> before any type of this library call this
    /// first; to all others it is a check with a clear message. Calling it again, from any thread, does nothing.
    /// </summary>
    /// <exception cref="ActionRecognitionException">
    /// A library is missing, is made for another processor, or asks for what this system does not have; the message says which
    /// and what to do.
    /// </exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_loaded)
            {
                return;
            }

            try
            {
                NativeLibrary.Load(LibraryName, typeof(torch).Assembly, null);
                _loaded = true;
            }
            catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
            {
                throw new ActionRecognitionException($"TorchSharp's native library {LibraryName} did not load. {failure.Message}", failure);
            }
        }
    }

    /// <summary>
    /// Threads that libtorch, and this library's own kernels, compute with on the CPU; at least 1. As many as libtorch finds cores by default.
    /// To be set before other threads than the calling one use torch, which else keep what they have; it has nothing to do with the threads that load clips (<see cref="ClipLoaderOptions.Workers"/>).
    /// The order of sums depends on it, so results of other numbers of threads differ in the last bits.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to less than 1.</exception>
    /// <exception cref="ActionRecognitionException">TorchSharp's native library does not load.</exception>
    public static int Threads
    {
        get
        {
            Load();
            return torch.get_num_threads();
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Threads));
            Load();
            torch.set_num_threads(value);
        }
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries",
        Justification = "The handler has to be there before the first use of torch, which may be any method of this library.")]
    internal static void Subscribe()
    {
        var context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += Resolve;
        OpenMPThreads.ShortenSpin();
    }

    // Called only after the ordinary load of a library has failed.
    private static nint Resolve(Assembly requester, string name)
    {
        if (name != LibraryName)
        {
            return 0;
        }

        lock (Gate)
        {
            if (_ownLoad == 0)
            {
                _ownLoad = TorchLibraryLoader.Load(NativeFolders.OfThisProcess());
            }

            return _ownLoad;
        }
    }
}
