using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>
/// What programs that use an MPI library have compiled in: the values of its constants. There are two sets of them in use, that of Open MPI, whose handles are addresses of
/// its variables, and that of MPICH, whose handles are numbers; MVAPICH, Intel MPI and Cray MPI share the latter (www.mpich.org/abi).
/// </summary>
/// <remarks>A handle of MPICH is an <c>int</c>. Passed in the low half of a register, as here, it arrives as one.</remarks>
internal sealed record MpiAbi
{
    // A variable that only Open MPI has.
    private const string OpenMpiWorld = "ompi_mpi_comm_world";

    private static readonly string[] MpichFamily = ["MPICH", "MVAPICH", "Intel(R) MPI"];

    /// <summary>MPI_COMM_WORLD.</summary>
    public required nint World { get; init; }

    /// <summary>MPI_BYTE.</summary>
    public required nint Byte { get; init; }

    /// <summary>MPI_FLOAT.</summary>
    public required nint Float { get; init; }

    /// <summary>MPI_DOUBLE.</summary>
    public required nint Double { get; init; }

    /// <summary>MPI_SUM.</summary>
    public required nint Sum { get; init; }

    /// <summary>MPI_ERRORS_RETURN.</summary>
    public required nint ErrorsReturn { get; init; }

    /// <summary>MPI_INFO_NULL.</summary>
    public required nint NoInfo { get; init; }

    /// <summary>MPI_COMM_TYPE_SHARED.</summary>
    public required int SharedMemory { get; init; }

    /// <summary>MPI_IN_PLACE.</summary>
    public required nint InPlace { get; init; }

    /// <summary>MPI_STATUS_IGNORE.</summary>
    public required nint NoStatus { get; init; }

    /// <summary>Finds out which set a library has.</summary>
    /// <param name="library">The loaded library.</param>
    /// <param name="version">What it says of itself.</param>
    /// <returns><see langword="null"/> for another one.</returns>
    public static MpiAbi? Of(nint library, string version) =>
        NativeLibrary.TryGetExport(library, OpenMpiWorld, out _) ? OpenMpi(library)
        : MpichFamily.Any(name => version.Contains(name, StringComparison.OrdinalIgnoreCase)) ? Mpich
        : null;

    // mpi.h of Open MPI 4 and 5.
    private static MpiAbi OpenMpi(nint library) => new()
    {
        World = NativeLibrary.GetExport(library, OpenMpiWorld),
        Byte = NativeLibrary.GetExport(library, "ompi_mpi_byte"),
        Float = NativeLibrary.GetExport(library, "ompi_mpi_float"),
        Double = NativeLibrary.GetExport(library, "ompi_mpi_double"),
        Sum = NativeLibrary.GetExport(library, "ompi_mpi_op_sum"),
        ErrorsReturn = NativeLibrary.GetExport(library, "ompi_mpi_errors_return"),
        NoInfo = NativeLibrary.GetExport(library, "ompi_mpi_info_null"),
        SharedMemory = 0,
        InPlace = 1,
        NoStatus = 0,
    };

    // mpi.h of MPICH 3 and 4.
    private static readonly MpiAbi Mpich = new()
    {
        World = 0x44000000,
        Byte = 0x4c00010d,
        Float = 0x4c00040a,
        Double = 0x4c00080b,
        Sum = 0x58000003,
        ErrorsReturn = 0x54000001,
        NoInfo = 0x1c000000,
        SharedMemory = 1,
        InPlace = -1,
        NoStatus = 1,
    };
}
