//! What may be wrong with a transport.

/// One thing that is wrong with a transport, all else being right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Nothing: the wrapper itself must keep every promise.
    None,
    /// Acks are swallowed.
    DropsAcks,
    /// Every delivery comes twice.
    DoublesDeliveries,
    /// Neighbours in the stream change places.
    Reorders,
    /// A window of any size is taken for a large one.
    IgnoresPrefetch,
    /// A subscription that ended lives on at the broker.
    LeaksSubscriptions,
    /// A nacked delivery is gone.
    LosesNacked,
    /// The wait before another attempt is left out.
    ForgetsTheWait,
    /// `a.#` does not match `a`.
    RestIsOneOrMore,
    /// Keys are matched whatever their case.
    IgnoresCase,
    /// A publish is confirmed before the broker has it.
    ConfirmsEarly,
    /// A rejected delivery is no dead letter.
    LosesDeadLetters,
    /// A replay leaves the dead letter where it was.
    KeepsReplayed,
    /// The first error is told as the last.
    RetellsTheStory,
    /// Every attempt is the first.
    ForgetsAttempts,
    /// Every publish is told as routed.
    SaysRouted,
    /// The end of a subscription is not passed on.
    DeliversAfterUnsubscribe,
    /// Integers arrive as text.
    RetypesHeaders,
    /// Null headers do not arrive.
    DropsNulls,
    /// Reserved headers are left out without a word.
    StripsReservedHeaders,
    /// More is let through than is claimed.
    PublishesOverLimit,
    /// Conversations are forgotten.
    DropsCorrelation,
    /// Gaps are not told.
    HidesGaps,
    /// A subscription ends with its link, and does not say why.
    EndsWithTheLink,
    /// The link is always said to be up.
    SaysRunning,
    /// `subscribe` returns before the broker has the bindings.
    SubscribesLate,
    /// Members of a group each get every event.
    CopiesToMembers,
    /// All members of an exclusive group are active.
    SharesExclusive,
    /// Own events come, though they are to be left out.
    IgnoresNoLocal,
    /// Events never expire.
    IgnoresExpiry,
    /// Delays work and are not claimed.
    HidesDelay,
    /// Delayed events cannot be withdrawn, which is not told.
    PretendsToWithdraw,
    /// What is handed back unseen counts as an attempt.
    ChargesForHandBack,
    /// What is handed back goes to the end.
    ReturnsLast,
    /// What is dropped unsettled is gone.
    LosesForgotten,
    /// After close a publish is told as done.
    PublishesAfterClose,
    /// A second close waits for ever.
    ClosesOnce,
    /// The bound of unread events does not hold.
    KeepsTooMuch,
    /// A settlement whose link is gone is told as done.
    SettlesStale,
    /// A retained value is delivered as a new event.
    ForgetsRetained,
    /// A condition on any header is taken for one on all.
    TakesAnyForAll,
    /// Bodies are taken for text.
    ReadsBodiesAsText,
    /// Members of one group may want different events.
    UnitesMembers,
    /// The publish's own time limit is not kept.
    IgnoresTimeout,
    /// A publish at once is done, and the envelope given back as if it were not.
    GivesBackWhatIsDone,
    /// A binding that is removed stays.
    KeepsBindings,
    /// A group that is removed stays.
    KeepsGroups,
    /// What ends a delivery wakes nobody who waits for the next.
    WakesNobody,
    /// A task is left behind by each reject.
    LeaksTasks,
}
