namespace UcfActionRecognition;

/// <summary>The group of a process that trains alone: what is to be shared is there already.</summary>
internal sealed class SingleProcess : IProcessGroup
{
    public int Rank => 0;

    public int Size => 1;

    public void Broadcast(Span<byte> bytes, int root)
    {
    }

    public void AllReduceSum(Span<float> values)
    {
    }

    public void AllReduceSum(Span<double> values)
    {
    }
}
