namespace UcfActionRecognition.Samples.Assignment;

/// <summary>How a data set lies on the disk.</summary>
internal enum DatasetKind
{
    /// <summary>UCF-101 with its official lists.</summary>
    Ucf101,

    /// <summary>HMDB51 with its official lists.</summary>
    Hmdb51,

    /// <summary>A folder of videos for each class.</summary>
    Folder,

    /// <summary>A list of videos, labels and sides.</summary>
    Csv,
}
