using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>A communicator of this process's own, freed when it is disposed; to be disposed before MPI ends.</summary>
internal sealed unsafe class MpiCommunicator : SafeHandle
{
    private readonly delegate* unmanaged<nint*, int> _free;

    /// <param name="communicator">The handle.</param>
    /// <param name="free">MPI_Comm_free.</param>
    public MpiCommunicator(nint communicator, delegate* unmanaged<nint*, int> free)
        : base(0, ownsHandle: true)
    {
        _free = free;
        SetHandle(communicator);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        nint communicator = handle;
        return _free(&communicator) == 0;
    }
}
