namespace UcfActionRecognition;

/// <summary>Why a file is not an HDF5 video, as a clause; <see cref="Hdf5VideoFile"/> puts the file's name around it.</summary>
internal sealed class Hdf5FormatException(string reason) : Exception(reason);
