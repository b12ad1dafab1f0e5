namespace UcfActionRecognition;

/// <summary>The form in which a data set's videos lie on disk.</summary>
public enum VideoFormat
{
    /// <summary>Decoded HDF5 files where the root has a folder of them, else compact ones, else AVI files.</summary>
    Auto,

    /// <summary>Decoded frames, <c>UCF-101-hdf5/&lt;Class&gt;/&lt;video&gt;.hdf5</c>.</summary>
    Hdf5,

    /// <summary>The videos as published, <c>UCF-101/&lt;Class&gt;/&lt;video&gt;.avi</c>.</summary>
    Avi,

    /// <summary>JPEG frames in HDF5, <c>UCF-101-compact/&lt;Class&gt;/&lt;video&gt;.hdf5</c>; see <see cref="CompactVideoWriter"/>.</summary>
    Compact,
}
