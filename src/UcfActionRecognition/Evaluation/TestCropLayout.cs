namespace UcfActionRecognition;

/// <summary>Which regions of a frame <see cref="TestCrops"/> are.</summary>
public enum TestCropLayout
{
    /// <summary>The whole frame, whatever its aspect: one region.</summary>
    WholeFrame,

    /// <summary>A square in the middle: one region.</summary>
    Center,

    /// <summary>Three squares along the longer side, each of the full short side.</summary>
    Three,

    /// <summary>Squares in the four corners and in the middle, and the mirror images of these five.</summary>
    Ten,
}
