# bash completion for nfm, written by 'npm run generate'.
# Install: nfm completion bash > ~/.local/share/bash-completion/completions/nfm

# What may follow a command: its sub-commands, its options, the values of its arguments.
_nfm_node() {
  commands='' options='' values=''
  case $1 in
    '') commands='triage watch top zones sweep health metrics doctor monitor scope export case sandbox mcp policy schema completion help' options='-h --help -V --version' ;;
    'triage') options='--vpc --subnet --cluster --zone --monitor --since --until --baseline --exit-code --case --save-case --fast --create-monitors --dry-run --yes --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'watch') options='--vpc --subnet --cluster --zone --monitor --since --baseline --every --for --until-over --exit-code --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --color --no-progress --debug -h --help' ;;
    'top') options='--vpc --subnet --cluster --zone --monitor --metric --by --category --limit --since --until --case --save-case --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'zones') options='--vpc --subnet --cluster --zone --monitor --since --until --baseline --case --save-case --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'sweep') options='--accounts --role --external-id --profiles --details --triage --resume --from --exit-code --since --until --baseline --sandbox --region --any-region --profile --endpoint-url --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'health') options='--vpc --subnet --cluster --zone --monitor --since --until --exit-code --case --save-case --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' values='@monitors' ;;
    'metrics') options='--vpc --subnet --cluster --zone --monitor --since --until --period --insights --case --save-case --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' values='@monitors' ;;
    'doctor') options='--vpc --subnet --cluster --zone --monitor --only --skip --list --exit-code --fix --per-zone --fix-cluster --dry-run --yes --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'monitor') commands='list show create update delete tag' options='-h --help' ;;
    'monitor list') options='--sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'monitor show') options='--sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' values='@monitors' ;;
    'monitor create') options='--vpc --subnet --zone --cluster --region-wide --to-vpc --to-subnet --to-zone --to-region --to-service --per-zone --tag --wait --quota --dry-run --yes --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' values='@monitors' ;;
    'monitor update') options='--add-vpc --add-subnet --add-zone --add-cluster --add-region-wide --add-to-vpc --add-to-subnet --add-to-zone --add-to-region --add-to-service --remove-vpc --remove-subnet --remove-zone --remove-cluster --remove-region-wide --remove-to-vpc --remove-to-subnet --remove-to-zone --remove-to-region --remove-to-service --dry-run --yes --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' values='@monitors' ;;
    'monitor delete') options='--wait --dry-run --yes --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' values='@monitors' ;;
    'monitor tag') options='--tag --untag --dry-run --yes --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' values='@monitors' ;;
    'scope') commands='list show create update delete tag' options='-h --help' ;;
    'scope list') options='--sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'scope show') options='--sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'scope create') options='--account --target-region --tag --no-wait --dry-run --yes --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'scope update') options='--add-account --remove-account --add-target-region --remove-target-region --no-wait --dry-run --yes --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'scope delete') options='--with-monitors --no-wait --dry-run --yes --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'scope tag') options='--tag --untag --dry-run --yes --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'export') commands='alarms setup dashboard fleet' options='-h --help' ;;
    'export alarms') options='--sns-topic --tag --since --until --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --no-progress --debug -h --help' values='@monitors' ;;
    'export setup') options='--vpc --host-tag --tag --quota --sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --no-progress --debug -h --help' ;;
    'export dashboard') options='--sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency -o --output --no-progress --debug -h --help' values='@monitors' ;;
    'export fleet') options='--role --external-id --regions --since --every --at-once --sns-topic --tag --sandbox --region --any-region --profile --endpoint-url --timeout -o --output --no-progress --debug -h --help' ;;
    'case') commands='show redact' options='-h --help' ;;
    'case show') options='-o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' values='@files' ;;
    'case redact') options='--save-case -h --help' values='@files' ;;
    'sandbox') commands='list serve' options='-h --help' ;;
    'sandbox list') options='-o --output --query --columns --sort --no-headers --color --no-progress --debug -h --help' ;;
    'sandbox serve') options='--port --with-parent --latency --query-time --rate --at-once -h --help' values='packet-loss total-loss delay-and-loss quiet aws-impairment nat-gateway transit-gateway load-balancer moving fleet group-changed route-changed rollout addon-updated unrelated-change later-change allowance-exceeded nat-ports nat-drops transit-blackhole balancer-zone autoshift health-issue health-unrelated irsa inline-policy private-endpoint api-endpoint-policy proxy own-namespace chart fargate two-agents cluster-closed iam-denied queries-denied monitor-queries-denied insights-denied no-scope nothing scope-pending scope-failed scope-deactivated scope-of-another-account service-linked-role-missing no-monitor monitor-pending monitor-error monitor-of-another-vpc cluster-too-old addon-missing addon-degraded addon-create-failed old-addon publishing-off no-tolerations old-addon-tainted pod-identity-agent-missing association-missing old-service-account wrong-namespace role-trust irsa-trust role-without-permission role-denied windows-nodes control-policy chart-without-role service-account-changed role-after-start pod-security pod-quota image-out-of-reach node-tainted one-node-tainted node-selector node-kernel-too-old node-cgroup memory-limit metrics-address nodes-full agents-evicted pod-identity-agent-down dns-down proxy-refuses tls-inspected ssm-offline agent-not-installed agent-not-activated agent-deactivated kernel-too-old unsupported-os no-instance-profile instance-role-without-permission metadata-off no-route security-group-closed egress-closed endpoint-without-dns network-acl-closed vpc-dns-off endpoint-policy' ;;
    'mcp') options='--sandbox --region --any-region --profile --endpoint-url --role --external-id --timeout --concurrency --debug -h --help' ;;
    'policy') commands='triage watch top zones sweep health metrics doctor monitor scope export case sandbox mcp schema completion help' options='--write --read-only -o --output -h --help' ;;
    'policy monitor') commands='list show create update delete tag' ;;
    'policy scope') commands='list show create update delete tag' ;;
    'policy export') commands='alarms setup dashboard fleet' ;;
    'policy case') commands='show redact' ;;
    'policy sandbox') commands='list serve' ;;
    'schema') commands='triage watch top zones sweep health metrics doctor monitor scope export case sandbox mcp policy completion help' options='-h --help' values='triage-list sweep-place doctor-checks monitor-list monitor-changes scope-list scope-changes tags case-summary error plan sandbox-list' ;;
    'schema monitor') commands='list show create update delete tag' ;;
    'schema scope') commands='list show create update delete tag' ;;
    'schema export') commands='alarms setup dashboard fleet' ;;
    'schema case') commands='show redact' ;;
    'schema sandbox') commands='list serve' ;;
    'completion') options='-h --help' values='bash zsh fish' ;;
    'help') commands='triage watch top zones sweep health metrics doctor monitor scope export case sandbox mcp policy schema completion' options='-h --help' values='exit-codes output environment iam no-data runbooks' ;;
    'help monitor') commands='list show create update delete tag' ;;
    'help scope') commands='list show create update delete tag' ;;
    'help export') commands='alarms setup dashboard fleet' ;;
    'help case') commands='show redact' ;;
    'help sandbox') commands='list serve' ;;
  esac
}

# The values of an option of a command; fails for what takes none.
_nfm_option() {
  values='' optional=''
  case "$1 $2" in
    *' --vpc' | *' --subnet' | *' --cluster' | *' --zone' | *' --since' | *' --until' | *' --baseline' | *' --endpoint-url' | *' --role' | *' --external-id' | *' --timeout' | *' --concurrency' | *' --query' | *' --every' | *' --for' | *' --limit' | *' --accounts' | *' --profiles' | *' --triage' | *' --period' | *' --to-vpc' | *' --to-subnet' | *' --to-zone' | *' --tag' | *' --quota' | *' --add-vpc' | *' --add-subnet' | *' --add-zone' | *' --add-cluster' | *' --add-to-vpc' | *' --add-to-subnet' | *' --add-to-zone' | *' --remove-vpc' | *' --remove-subnet' | *' --remove-zone' | *' --remove-cluster' | *' --remove-to-vpc' | *' --remove-to-subnet' | *' --remove-to-zone' | *' --untag' | *' --account' | *' --add-account' | *' --remove-account' | *' --sns-topic' | *' --host-tag' | *' --regions' | *' --at-once' | *' --port' | *' --latency' | *' --query-time' | *' --rate') values='' ;;
    *' --monitor') values='@monitors' ;;
    *' --case' | *' --save-case' | *' --resume' | *' --from') values='@files' ;;
    *' --sandbox') values='packet-loss total-loss delay-and-loss quiet aws-impairment nat-gateway transit-gateway load-balancer moving fleet group-changed route-changed rollout addon-updated unrelated-change later-change allowance-exceeded nat-ports nat-drops transit-blackhole balancer-zone autoshift health-issue health-unrelated irsa inline-policy private-endpoint api-endpoint-policy proxy own-namespace chart fargate two-agents cluster-closed iam-denied queries-denied monitor-queries-denied insights-denied no-scope nothing scope-pending scope-failed scope-deactivated scope-of-another-account service-linked-role-missing no-monitor monitor-pending monitor-error monitor-of-another-vpc cluster-too-old addon-missing addon-degraded addon-create-failed old-addon publishing-off no-tolerations old-addon-tainted pod-identity-agent-missing association-missing old-service-account wrong-namespace role-trust irsa-trust role-without-permission role-denied windows-nodes control-policy chart-without-role service-account-changed role-after-start pod-security pod-quota image-out-of-reach node-tainted one-node-tainted node-selector node-kernel-too-old node-cgroup memory-limit metrics-address nodes-full agents-evicted pod-identity-agent-down dns-down proxy-refuses tls-inspected ssm-offline agent-not-installed agent-not-activated agent-deactivated kernel-too-old unsupported-os no-instance-profile instance-role-without-permission metadata-off no-route security-group-closed egress-closed endpoint-without-dns network-acl-closed vpc-dns-off endpoint-policy' optional=1 ;;
    *' --region') values='ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-north-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2 all' ;;
    *' --profile') values='@profiles' ;;
    'triage -o' | 'triage --output') values='table wide text json ndjson yaml csv markdown html support slack' ;;
    'watch -o' | 'watch --output') values='table text ndjson' ;;
    'top -o' | 'health -o' | 'metrics -o' | 'doctor -o' | 'monitor list -o' | 'monitor show -o' | 'monitor create -o' | 'monitor update -o' | 'monitor delete -o' | 'monitor tag -o' | 'scope list -o' | 'scope show -o' | 'scope create -o' | 'scope update -o' | 'scope delete -o' | 'scope tag -o' | 'case show -o' | 'sandbox list -o' | 'top --output' | 'health --output' | 'metrics --output' | 'doctor --output' | 'monitor list --output' | 'monitor show --output' | 'monitor create --output' | 'monitor update --output' | 'monitor delete --output' | 'monitor tag --output' | 'scope list --output' | 'scope show --output' | 'scope create --output' | 'scope update --output' | 'scope delete --output' | 'scope tag --output' | 'case show --output' | 'sandbox list --output') values='table wide text json ndjson yaml csv markdown' ;;
    'zones -o' | 'sweep -o' | 'zones --output' | 'sweep --output') values='table wide text json ndjson yaml csv markdown prometheus' ;;
    'export alarms -o' | 'export setup -o' | 'export dashboard -o' | 'export fleet -o' | 'export alarms --output' | 'export setup --output' | 'export dashboard --output' | 'export fleet --output') values='yaml json terraform' ;;
    'policy -o' | 'policy --output') values='json yaml' ;;
    'triage --columns' | 'triage --sort') values='az azId state retransmissions timeouts bytes retransmissionsPerGiB baselineRetransmissionsPerGiB changeVersusPeers changeLow changeHigh rttMicros outlier source verdict confidence reason region' ;;
    'top --columns' | 'top --sort') values='rank region name podName podNamespace instanceId ip serviceName instanceName subnetId az azId remote.az remote.azId vpcId remote targetPort side category from to retransmissions timeouts bytes retransmissionsPerGiB rttMicros share mirrored snatIp dnatIp path' ;;
    'zones --columns' | 'zones --sort') values='az azId state retransmissions timeouts bytes retransmissionsPerGiB baselineRetransmissionsPerGiB changeVersusPeers changeLow changeHigh rttMicros outlier source region start end' ;;
    'sweep --columns' | 'sweep --sort') values='rank state accountId accountName region monitor azId az retransmissions timeouts bytes retransmissionsPerGiB baselineRetransmissionsPerGiB change changeLow changeHigh changeVersusFleet fleetLow fleetHigh indicator degradedMinutes since until covers status reason' ;;
    'health --columns' | 'health --sort') values='region monitor state degraded datapoints missing periodSeconds coversNames covers degradedIntervals' ;;
    'metrics --columns' | 'metrics --sort') values='region monitor az azId category bytes retransmissions timeouts retransmissionsPerGiB rttMicros nhi missing periodSeconds coversNames covers start' ;;
    'doctor --columns' | 'doctor --sort') values='layer id status finding fix fixable symptom title source follows needs' ;;
    'monitor list --columns' | 'monitor show --columns' | 'monitor list --sort' | 'monitor show --sort') values='region name status nhi local remote zones createdAt modifiedAt tags arn' ;;
    'monitor create --columns' | 'monitor update --columns' | 'monitor delete --columns' | 'monitor create --sort' | 'monitor update --sort' | 'monitor delete --sort') values='change name status local remote region tags arn' ;;
    'monitor tag --columns' | 'scope tag --columns' | 'monitor tag --sort' | 'scope tag --sort') values='key value' ;;
    'scope list --columns' | 'scope show --columns' | 'scope list --sort' | 'scope show --sort') values='region id status targets explanation tags arn' ;;
    'scope create --columns' | 'scope update --columns' | 'scope delete --columns' | 'scope create --sort' | 'scope update --sort' | 'scope delete --sort') values='change region id status targets explanation tags arn' ;;
    'case show --columns' | 'case show --sort') values='part name status zones start end periodSeconds periods datapoints indicators flows' ;;
    'sandbox list --columns' | 'sandbox list --sort') values='name verdict cause title' ;;
    *' --color') values='auto always never' ;;
    *' --metric') values='retransmissions timeouts data rtt' ;;
    *' --by') values='pod service instance subnet zone vpc remote port category flow' ;;
    *' --category') values='INTRA_AZ INTER_AZ INTER_VPC UNCLASSIFIED AMAZON_S3 AMAZON_DYNAMODB INTER_REGION LOCAL_ZONE INTERNET AWS_SERVICE TRANSIT_GATEWAY' ;;
    *' --only' | *' --skip') values='access scope data monitors kubernetes instances network coverage region-supported permissions scope-exists service-linked-roles scope-ready scope-targets data-published monitors-exist monitor-state monitor-age monitor-coverage monitor-metrics eks-version eks-addon-installed eks-addon-health eks-addon-version eks-addon-publishing eks-addon-tolerations cluster-api agent-daemonset agent-admitted agent-placed agent-image agent-runs pod-identity-agent pod-identity-association agent-role-trust agent-role-permission agent-credentials pod-identity-on-nodes agent-reports node-kinds duplicate-agents instance-metadata instance-profile ssm-online agent-os agent-package agent-activated instance-role-permission endpoint-route endpoint-security-group endpoint-network-acl vpc-dns endpoint-dns endpoint-policy coverage agent-count' ;;
    *' --to-region' | *' --add-to-region' | *' --remove-to-region' | *' --target-region' | *' --add-target-region' | *' --remove-target-region') values='ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-north-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2' ;;
    *' --to-service' | *' --add-to-service' | *' --remove-to-service') values='S3 DynamoDB' ;;
    *) return 1 ;;
  esac
}

# Names from a cache and from local files: no call to AWS, no question, and no longer than a person notices.
_nfm_ask() {
  local guard=command
  type timeout >/dev/null 2>&1 && guard='timeout -s KILL 0.3'
  { $guard nfm __complete "$1" "${COMP_WORDS[@]:1}"; } 2>/dev/null
}

# Names may hold anything: they are compared and quoted, never expanded.
_nfm_offer() {
  local word
  case $values in
    @files)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
      ;;
    @*)
      while IFS= read -r word; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
      done < <(_nfm_ask "${values#@}")
      ;;
    *)
      # Scenarios are joined by +, columns by a comma; no other value has one.
      local last=${cur##*[+,]}
      local head=${cur%"$last"}
      for word in $values; do [[ $head$word == "$cur"* ]] && COMPREPLY+=("$head$word"); done
      ;;
  esac
}

_nfm() {
  local cur=${COMP_WORDS[COMP_CWORD]} node='' pending='' commands options values optional word i IFS=$' \t\n'
  COMPREPLY=()
  [[ $cur == '=' ]] && cur=''
  _nfm_node ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case $word in
      =) ;; # bash splits --output=json in three
      -*)
        pending=''
        _nfm_option "$node" "$word" && pending=$word
        ;;
      *)
        if [[ $pending ]]; then
          pending=''
        elif [[ " $commands " == *" $word "* ]]; then
          node=${node:+$node }$word
          _nfm_node "$node"
        fi
        ;;
    esac
  done
  if [[ $pending ]]; then
    _nfm_option "$node" "$pending"
    _nfm_offer
    [[ $optional ]] || return 0
  fi
  _nfm_node "$node"
  if [[ $cur == -* ]]; then
    values=$options
    _nfm_offer
  else
    _nfm_offer
    values=$commands
    _nfm_offer
  fi
  return 0
}

complete -F _nfm nfm
