using Digest.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Deliveries;

public static class DeliveriesRoom
{
    /// <summary>Queueing, looking and steering; knows no relay.</summary>
    public static IServiceCollection AddDeliveries(this IServiceCollection services)
    {
        // A forecast asks how long a worker may be silent, and what single domains take.
        services.AddSettings<SendingSettings>();
        services.AddSingleton<SuppressionSql>();
        services.AddSingleton<MailMac>();
        services.AddSingleton<MessageIds>();
        services.AddSingleton<ReturnPaths>();
        services.AddSingleton<ReadersHours>();
        services.AddSingleton<QueueRows>();
        services.AddSingleton<QueueIssue>();
        services.AddSingleton<IssueProgress>();
        services.AddSingleton<UntriedRows>();
        services.AddSingleton<IssueForecast>();
        services.AddSingleton<DeliverySearch>();
        services.AddSingleton<ForgetOldRows>();
        services.AddSingleton<DropOldLedgers>();
        services.AddSingleton<LateEvidence>();
        services.AddSingleton<Doubts>();
        services.AddSingleton<SettleByLog>();
        services.AddSingleton<OpenRows>();
        services.AddSingleton<SettleUnsent>();
        services.AddSingleton<IssueControls>();
        return services;
    }

    /// <summary>What needs the relay: one test mail, and with <see cref="SendingService"/> hosted, everything due.</summary>
    public static IServiceCollection AddSending(this IServiceCollection services)
    {
        // The bytes.
        services.AddSingleton<FrozenIssues>();
        services.AddSingleton<IssueMail>();
        services.AddSingleton<NoticeMail>();
        services.AddSingleton<ClaimedMail>();
        services.AddSingleton<SendTest>();

        // All of it into nowhere.
        services.AddSingleton<RehearseReaders>();
        services.AddSingleton<RehearseForecast>();
        services.AddSingleton<RehearseAlerts>();
        services.AddSingleton<RehearseIssue>();

        // The ledger's statements.
        services.AddSingleton<SendingIssues>();
        services.AddSingleton<ClaimCursor>();
        services.AddSingleton<DomainLimits>();
        services.AddSingleton<ClaimDue>();
        services.AddSingleton<SendBudgets>();
        services.AddSingleton<BeginMessage>();
        services.AddSingleton<LedgerCommand>();
        services.AddSingleton<SettleMessage>();
        services.AddSingleton<LedgerWrite>();
        services.AddSingleton<ReleaseClaims>();
        services.AddSingleton<RecoverClaims>();
        services.AddSingleton<SweepLedger>();
        services.AddSingleton<WorkerRegister>();

        // What judges an outcome.
        services.AddSingleton<BackOff>();
        services.AddSingleton<RunPause>();

        // What looks after an issue as a whole.
        services.AddSingleton<JudgeCanary>();
        services.AddSingleton<FinishWatch>();
        services.AddSingleton<IssueWatch>();

        // What keeps it moving.
        services.AddSingleton<SendingSpeed>();
        services.AddSingleton<WarmUpDays>();
        services.AddSingleton<RelayLimits>();
        services.AddSingleton<ClockWatch>();
        services.AddSingleton<RelaySlots>();
        services.AddSingleton<RelayHolds>();
        services.AddSingleton<WorkerPulse>();
        services.AddSingleton<DueListener>();
        services.AddSingleton<Routes>();
        services.AddSingleton<RouteClaims>();
        services.AddSingleton<ClaimLoop>();
        services.AddSingleton<Lane>();
        return services;
    }
}
