using System.Runtime.InteropServices;
using System.Text;

namespace UcfActionRecognition;

/// <summary>An MPI library that is installed on this machine: the few of its functions that are needed here.</summary>
/// <remarks>It stays loaded until the process ends: an MPI cannot be started twice.</remarks>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Variable with the path of the library to use.</summary>
    public const string PathVariable = "UCF_MPI_LIBRARY";

    private const int Success = 0;
    private const int LongestText = 8192;

    private static readonly string[] OpenMpiNames = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.dylib"] : ["libmpi.so.40", "libmpi.so"];
    private static readonly string[] MpichNames = OperatingSystem.IsMacOS() ? ["libmpi.12.dylib", "libmpich.12.dylib"] : ["libmpi.so.12", "libmpich.so.12", "libmpi_cray.so.12"];

    private readonly nint _library;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorString;

    private MpiLibrary(nint library, string name, string version, MpiAbi abi)
    {
        _library = library;
        Name = $"{version} ({name})";
        Abi = abi;
        _errorString = (delegate* unmanaged<int, byte*, int*, int>)Function("MPI_Error_string");
    }

    /// <summary>The library in words.</summary>
    public string Name { get; }

    public MpiAbi Abi { get; }

    /// <summary>Loads the library that fits the launcher.</summary>
    /// <exception cref="ProcessGroupException">There is none, or it is none that this package knows.</exception>
    public static MpiLibrary Load(MpiLauncher? launcher, Func<string, string?> environment)
    {
        if (environment(PathVariable) is { Length: > 0 } path)
        {
            return Identify(LoadNamed(path), path);
        }

        return LoadFirst(launcher?.IsOpenMpi == false ? [.. MpichNames, .. OpenMpiNames] : [.. OpenMpiNames, .. MpichNames]);
    }

    /// <summary>Loads the first library that is there.</summary>
    /// <exception cref="ProcessGroupException">None is there, or the first one is none that this package knows.</exception>
    internal static MpiLibrary LoadFirst(string[] names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return Identify(library, name);
            }
        }

        throw new ProcessGroupException(
            $"There is no MPI library; looked for {string.Join(", ", names)}. Install Open MPI (Debian: apt install openmpi-bin) or MPICH, load the cluster's module of it, "
            + $"or set {PathVariable} to the library's path.");
    }

    /// <summary>A function's address.</summary>
    public nint Function(string name) => NativeLibrary.TryGetExport(_library, name, out nint function)
        ? function
        : throw new ProcessGroupException($"{Name} has no function {name}; expected an MPI of version 3 or later.");

    /// <summary>Makes an exception of an error.</summary>
    /// <param name="result">What a function returned.</param>
    /// <param name="function">The function's name.</param>
    public void Check(int result, string function)
    {
        if (result == Success)
        {
            return;
        }

        byte* text = stackalloc byte[LongestText];
        int length;
        string reason = _errorString(result, text, &length) == Success ? Encoding.UTF8.GetString(text, length) : "no text for it";
        throw new ProcessGroupException($"{function} failed: {reason} (error {result} of {Name}).");
    }

    private static nint LoadNamed(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new ProcessGroupException($"The MPI library '{path}', which {PathVariable} names, cannot be loaded: {error.Message}", error);
        }
    }

    private static MpiLibrary Identify(nint library, string name)
    {
        if (!NativeLibrary.TryGetExport(library, "MPI_Get_library_version", out nint function))
        {
            throw new ProcessGroupException($"'{name}' is no MPI library of version 3 or later: it has no function MPI_Get_library_version.");
        }

        byte* text = stackalloc byte[LongestText];
        int length;
        _ = ((delegate* unmanaged<byte*, int*, int>)function)(text, &length);
        string version = Encoding.UTF8.GetString(text, length).Split('\n', ',')[0].Trim();
        return new MpiLibrary(library, name, version, MpiAbi.Of(library, version) ?? throw new ProcessGroupException(
            $"'{name}' is an MPI library that is not known here: {version}. Known are Open MPI, and MPICH, MVAPICH, Intel MPI and Cray MPI. "
            + $"Set {PathVariable} to the path of one of these."));
    }
}
