using PureHDF.Filters;

namespace UcfActionRecognition;

/// <summary>PureHDF's filters, made safe for files from strangers.</summary>
/// <remarks>
/// PureHDF registers filters per process, so these replace the built-in ones for every user of PureHDF in the process; files that follow the format read the same.
/// </remarks>
internal static class Hdf5Filters
{
    private static readonly Lazy<bool> Registration = new(() =>
    {
        H5Filter.Register(new BoundedDeflateFilter());
        H5Filter.Register(CheckedFilter.Shuffle());
        H5Filter.Register(CheckedFilter.ScaleOffset());
        return true;
    });

    /// <summary>Puts them in place, once per process.</summary>
    public static void Register() => _ = Registration.Value;
}
