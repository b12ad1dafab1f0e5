namespace UcfActionRecognition;

/// <summary>Where a residual block stands in its network.</summary>
/// <param name="Channels">Channels of the block's input.</param>
/// <param name="Stride">By how much the block shrinks each dimension of space, and of time.</param>
/// <param name="Shortcut">How the input gets past the block where its size or channels change.</param>
/// <param name="Dimensions">Of the input: 4 for frames, 5 for clips.</param>
internal sealed record BlockPlace(int Channels, int Stride, ShortcutType Shortcut, int Dimensions);
