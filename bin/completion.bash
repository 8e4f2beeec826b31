# Completion of bin/pinion for bash: source <(bin/pinion completion bash)
_pinion() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  local words='' match i
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="demo run status check test wheel fetch completion --help --version"
  else
    case $command in
      demo | run) words="--set --report --html --price-per-hour --from-report --force --progress --debug --help --" ;;
      status) words="--json --help" ;;
      check) words="--tokenizer --output --threads --property-order --white-space --help" ;;
      completion) words="bash --help" ;;
      fetch) words="--gpu --help" ;;
      test) words="python --help" ;;
      wheel) words="--help" ;;
    esac
    for ((i = 2; i < COMP_CWORD; i++)); do
      if [ "${COMP_WORDS[i]}" = -- ]; then
        words="--master --deploy-mode --conf --properties-file --driver-memory --driver-cores --executor-memory --executor-cores
          --num-executors --total-executor-cores --name --jars --packages --files --queue --verbose"
      fi
    done
    case "$command $before" in
      "check --property-order") words="schema any" ;;
      *" --set" | *" --conf" | *" --threads" | *" --white-space") words='' ;;
      *" --report" | *" --html" | *" --price-per-hour" | *" --from-report" | *" --tokenizer" | *" --output" | *" --properties-file") words='' ;;
    esac
  fi
  # Without a match readline completes files.
  COMPREPLY=()
  while IFS= read -r match; do
    COMPREPLY+=("$match")
  done < <(compgen -W "$words" -- "$word")
}
complete -o default -F _pinion pinion
